/** What a rule that copies every request adds to the requests themselves, beside a proxy without it. */
import { ruleDataId } from '@weft/schema/data-id';
import { VIRTUAL_HOST } from '../../load/workload.ts';
import { pairwiseRatios, spreadOf } from '../statistics.ts';
import type { SetupRules } from '../subjects/index.ts';
import { figuresOf, QUANTITIES, unsaturated } from './figures.ts';
import { runRounds, startField, type Turn } from './rounds.ts';
import { type Comparison, judge, type Scenario, type ScenarioResult, type Settings } from './scenario.ts';

const APP = 'shop';
const RATE = 2000;
const MAX_ADDED_P99_MS = 0.2;
/** Nobody listens there. */
const CLOSED_PORT = 1;

function rulesFor(port: number): SetupRules {
  const rule = {
    ruleDbId: 1,
    direction: 'CLIENT',
    services: [`${VIRTUAL_HOST}:80@Http1`],
    targetAddresses: [`127.0.0.1:${port}`],
  };
  const value = { appName: APP, mirrorRules: [rule] };
  return {
    listenerType: 'egress',
    app: APP,
    documents: [{ data_id: ruleDataId('MIRROR', APP), version: 1, value }],
  };
}

async function measure(settings: Settings, closed: boolean): Promise<ScenarioResult> {
  const own = { ...settings, candidates: settings.candidates.filter(({ subject }) => subject.name === 'weft') };
  const plain = await startField(own, { protocol: 'http1' });
  // The copies go to the hosts of the other proxy, which is idle while this one is asked.
  const target = closed ? CLOSED_PORT : (plain.backends.portsOf('http1')[0] as number);
  const copying = await startField(own, { protocol: 'http1', rules: rulesFor(target) });
  try {
    const name = (suffix: string) => (item: (typeof plain.contestants)[number]) => ({
      candidate: { ...item.candidate, subject: { ...item.candidate.subject, name: `${item.running.name}, ${suffix}` } },
      running: { ...item.running, name: `${item.running.name}, ${suffix}` },
    });
    const contestants = [...copying.contestants.map(name('copies')), ...plain.contestants.map(name('no rule'))];
    const turns = await runRounds(settings, contestants, (port, warmupMs, durationMs) => ({
      kind: 'requests',
      protocol: 'http1',
      port,
      connections: 50,
      inFlight: 1,
      ratePerSecond: RATE,
      warmupMs,
      durationMs,
      requests: 0,
      requestBody: true,
    }));
    const [withRule = [], without = []] = contestants.map(({ running }) => turns.get(running.name) ?? []);
    const added = spreadOf(
      withRule.map((turn, round) => QUANTITIES.p99Ms(turn) - QUANTITIES.p99Ms(without[round] as Turn)),
    );
    const subjects = contestants.map((contestant, index) => {
      const figures = figuresOf(contestant, turns.get(contestant.running.name) ?? [], [
        'p50Ms',
        'p99Ms',
        'requestsPerSecond',
        'cpuShare',
      ]);
      return index === 0 ? { ...figures, figures: { addedP99Ms: added, ...figures.figures } } : figures;
    });
    const comparisons = (['p50Ms', 'p99Ms'] as const).map(
      (quantity): Comparison => ({
        subject: 'weft, copies',
        peer: 'no rule',
        quantity,
        ratio: pairwiseRatios(withRule.map(QUANTITIES[quantity]), without.map(QUANTITIES[quantity])),
      }),
    );
    const errors = subjects.reduce((sum, subject) => sum + subject.errors, 0);
    return {
      scenario: 'mirroring',
      variant: `${RATE} requests/s, 1 KB both ways, every one copied to a target that ${closed ? 'is down' : 'answers'}`,
      subjects,
      comparisons,
      verdicts: [
        judge(`added p99 ≤ ${MAX_ADDED_P99_MS} ms`, added.median, (value) => value <= MAX_ADDED_P99_MS),
        judge('no failed request', errors, (value) => value === 0),
      ],
      absent: plain.absent,
      notes: unsaturated(subjects),
      functions: [],
      budgets: [],
    };
  } finally {
    await copying.stop();
    await plain.stop();
  }
}

export const mirroring: Scenario = {
  name: 'mirroring',
  summary: 'what copies of every request add to their latency, the target up and down',
  run: async (settings) => [await measure(settings, false), await measure(settings, true)],
};
