/** What a second data thread costs per request, at a fixed low rate; both runs on one core, so only the cost shows. */
import { pairwiseRatios, spreadOf } from '../statistics.ts';
import { figuresOf, QUANTITIES } from './figures.ts';
import { startField, type Turn, takeTurn } from './rounds.ts';
import { type Comparison, judge, type Scenario, type SubjectFigures } from './scenario.ts';

const RATE = 2000;
const MAX_RATIO = 1.1;

export const twoThreads: Scenario = {
  name: 'two-threads',
  summary: `CPU per request with two data threads against one, at ${RATE} requests/s`,
  run: async (settings) => {
    const one = await startField(settings, { protocol: 'http1', threads: 1 });
    const two = await startField(settings, { protocol: 'http1', threads: 2 });
    try {
      const pairs = one.contestants.flatMap((single) => {
        const double = two.contestants.find(({ running }) => running.name === single.running.name);
        return double === undefined ? [] : [{ single, double }];
      });
      const subjects: SubjectFigures[] = [];
      const comparisons: Comparison[] = [];
      for (const { single, double } of pairs) {
        const turns: { one: Turn[]; two: Turn[] } = { one: [], two: [] };
        for (let round = -1; round < settings.rounds; round++) {
          for (const [kind, { running }] of [
            ['one', single],
            ['two', double],
          ] as const) {
            const turn = await takeTurn(running.pid, {
              kind: 'requests',
              protocol: 'http1',
              port: running.port,
              connections: 50,
              inFlight: 1,
              // Warmed up at full load: at the rate of the comparison the compiler would still be at work in both threads.
              ratePerSecond: round < 0 ? 0 : RATE,
              warmupMs: round < 0 ? settings.warmupMs : 300,
              durationMs: settings.windowMs,
              requests: 0,
              requestBody: true,
            });
            if (round >= 0) turns[kind].push(turn);
          }
        }
        const cost = (turn: Turn): number => QUANTITIES.userMicros(turn) + QUANTITIES.systemMicros(turn);
        const ratio = pairwiseRatios(turns.two.map(cost), turns.one.map(cost));
        settings.say(`  ${single.running.name}: two threads cost ${ratio.median.toFixed(2)}×`);
        const result = figuresOf(double, turns.two, ['userMicros', 'systemMicros']);
        subjects.push({
          ...result,
          figures: {
            ...result.figures,
            oneThreadMicros: spreadOf(turns.one.map(cost)),
            twoThreadsMicros: spreadOf(turns.two.map(cost)),
          },
        });
        comparisons.push({
          subject: `${single.running.name}, two threads`,
          peer: 'one thread',
          quantity: 'CPU per request',
          ratio,
        });
      }
      const own = comparisons.find(({ subject }) => subject.startsWith('weft'))?.ratio.median;
      return [
        {
          scenario: 'two-threads',
          variant: `${RATE} requests/s`,
          subjects,
          comparisons,
          verdicts: [judge(`weft, two threads ≤ ${MAX_RATIO}× one`, own, (value) => value <= MAX_RATIO)],
          absent: two.absent,
          notes: ['scaling itself needs at least four cores and is not measured'],
          functions: [],
          budgets: [],
        },
      ];
    } finally {
      await two.stop();
      await one.stop();
    }
  },
};
