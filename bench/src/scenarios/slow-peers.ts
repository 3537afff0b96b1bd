/** What 500 slow readers and 500 slow senders do to everybody else. */
import { holdCrowd } from '../load-process.ts';
import { pairwiseRatios, spreadOf } from '../statistics.ts';
import { residentKib } from '../usage.ts';
import { figuresOf, medianOf, QUANTITIES } from './figures.ts';
import { startField, type Turn, takeTurn } from './rounds.ts';
import { type Comparison, judge, type Scenario, type SubjectFigures } from './scenario.ts';

const READERS = 500;
const SENDERS = 500;
const RATE = 2000;
const MAX_P99_RATIO = 2;
const MAX_GROWTH_MIB = 20;

export const slowPeers: Scenario = {
  name: 'slow-peers',
  summary: `${READERS} slow readers and ${SENDERS} slow senders beside ${RATE} normal requests/s`,
  run: async (settings) => {
    const field = await startField(settings, { protocol: 'http1' });
    try {
      const subjects: SubjectFigures[] = [];
      const comparisons: Comparison[] = [];
      for (const contestant of field.contestants) {
        const { running } = contestant;
        const turn = (warmupMs: number): Promise<Turn> =>
          takeTurn(running.pid, {
            kind: 'requests',
            protocol: 'http1',
            port: running.port,
            connections: 50,
            inFlight: 1,
            ratePerSecond: RATE,
            warmupMs,
            durationMs: settings.windowMs,
            requests: 0,
            requestBody: false,
          });
        await turn(settings.warmupMs);
        const calm: Turn[] = [];
        const crowded: Turn[] = [];
        for (let round = 0; round < settings.rounds; round++) calm.push(await turn(300));
        const before = residentKib(running.pid);
        const crowd = await holdCrowd({ kind: 'slow', port: running.port, readers: READERS, senders: SENDERS });
        await turn(settings.warmupMs);
        for (let round = 0; round < settings.rounds; round++) crowded.push(await turn(300));
        const grownMib = (residentKib(running.pid) - before) / 1024;
        const stillOpen = await crowd.release();
        const p99 = (turns: readonly Turn[]): number[] => turns.map(QUANTITIES.p99Ms);
        const ratio = pairwiseRatios(p99(crowded), p99(calm));
        settings.say(`  ${running.name}: p99 ${ratio.median.toFixed(2)}×, ${grownMib.toFixed(1)} MiB more`);
        comparisons.push({ subject: `${running.name} beside slow peers`, peer: 'without', quantity: 'p99Ms', ratio });
        const result = figuresOf(contestant, crowded, ['p50Ms', 'p99Ms', 'userMicros']);
        subjects.push({
          ...result,
          figures: {
            ...result.figures,
            calmP99Ms: spreadOf(p99(calm)),
            grownMib: spreadOf([grownMib]),
            slowPeersLeft: spreadOf([stillOpen]),
          },
        });
      }
      const ratio = comparisons.find(({ subject }) => subject.startsWith('weft '))?.ratio.median;
      return [
        {
          scenario: 'slow-peers',
          variant: `${RATE} requests/s`,
          subjects,
          comparisons,
          verdicts: [
            judge(`weft p99 of the others ≤ ${MAX_P99_RATIO}×`, ratio, (value) => value <= MAX_P99_RATIO),
            judge(
              `weft memory ≤ +${MAX_GROWTH_MIB} MiB`,
              medianOf(subjects, 'weft', 'grownMib'),
              (value) => value <= MAX_GROWTH_MIB,
            ),
          ],
          absent: field.absent,
          notes: ['slow peers move 2 KiB/s each; `slowPeersLeft` is how many the proxy had not closed'],
          functions: [],
          budgets: [],
        },
      ];
    } finally {
      await field.stop();
    }
  },
};
