/** Open-loop scenarios at fixed rates: latency that the proxy adds, and CPU that it takes. */
import { pairwiseRatios, spreadOf } from '../statistics.ts';
import { compare, figuresOf, QUANTITIES, ratioTo } from './figures.ts';
import { type JobFor, runRounds, startField, type Turn } from './rounds.ts';
import {
  type Comparison,
  judge,
  type Scenario,
  type ScenarioResult,
  type Settings,
  type SubjectFigures,
  type Verdict,
} from './scenario.ts';

const RATES = [1000, 2000, 4000];
const CONNECTIONS = 50;
const MAX_ADDED_P50_MS = 0.15;

function jobAt(ratePerSecond: number): JobFor {
  return (port, warmupMs, durationMs) => ({
    kind: 'requests',
    protocol: 'http1',
    port,
    connections: CONNECTIONS,
    inFlight: 1,
    ratePerSecond,
    warmupMs,
    durationMs,
    requests: 0,
    requestBody: true,
  });
}

const DIRECT = 'direct';

async function runAddedLatency(settings: Settings, ratePerSecond: number): Promise<ScenarioResult> {
  const jobFor = jobAt(ratePerSecond);
  const field = await startField(settings, { protocol: 'http1' });
  try {
    // The way without a proxy takes its turn in every round, so each round gives a difference of its own.
    const port = field.backends.portsOf('http1')[0] as number;
    const direct = { running: { name: DIRECT, port, pid: process.pid } };
    const turns = await runRounds(settings, [direct, ...field.contestants], jobFor);
    const base = turns.get(DIRECT) ?? [];
    const subjects: SubjectFigures[] = field.contestants.map((contestant) => {
      const own = turns.get(contestant.running.name) ?? [];
      const result = figuresOf(contestant, own, ['p50Ms', 'p99Ms', 'p999Ms', 'requestsPerSecond']);
      const added = (quantity: 'p50Ms' | 'p99Ms') =>
        spreadOf(own.map((turn, round) => QUANTITIES[quantity](turn) - QUANTITIES[quantity](base[round] as Turn)));
      return { ...result, figures: { addedP50Ms: added('p50Ms'), addedP99Ms: added('p99Ms'), ...result.figures } };
    });
    const directMs = (quantity: 'p50Ms' | 'p99Ms'): string =>
      spreadOf(base.map(QUANTITIES[quantity])).median.toFixed(3);
    const comparisons = compare(field.contestants, turns, ['p50Ms', 'p99Ms']);
    return {
      scenario: 'added-latency',
      variant: `${ratePerSecond} requests/s, 1 KB both ways`,
      subjects,
      comparisons,
      verdicts: latencyVerdicts(subjects, comparisons),
      absent: field.absent,
      notes: [`without a proxy: p50 ${directMs('p50Ms')} ms, p99 ${directMs('p99Ms')} ms (intended start to answer)`],
      functions: [],
      budgets: [],
    };
  } finally {
    await field.stop();
  }
}

function latencyVerdicts(subjects: readonly SubjectFigures[], comparisons: readonly Comparison[]): Verdict[] {
  const isSubject = subjects[0]?.subject === 'weft';
  const added = isSubject ? subjects[0]?.figures['addedP50Ms']?.median : undefined;
  const ratio = (peer: string): number | undefined => (isSubject ? ratioTo(comparisons, peer, 'p99Ms') : undefined);
  return [
    judge(`weft added p50 ≤ ${MAX_ADDED_P50_MS} ms`, added, (value) => value <= MAX_ADDED_P50_MS),
    judge('weft p99 ≤ 1.0× envoy', ratio('envoy'), (value) => value <= 1),
    judge('weft p99 ≤ 0.5× mosn', ratio('mosn'), (value) => value <= 0.5),
  ];
}

async function runCpu(settings: Settings, ratePerSecond: number): Promise<ScenarioResult> {
  const jobFor = jobAt(ratePerSecond);
  const field = await startField(settings, { protocol: 'http1' });
  try {
    const turns = await runRounds(settings, field.contestants, jobFor);
    const coresPerThousand = (turn: Turn): number =>
      (QUANTITIES.cpuShare(turn) * 1000) / QUANTITIES.requestsPerSecond(turn);
    const subjects = field.contestants.map((contestant): SubjectFigures => {
      const own = turns.get(contestant.running.name) ?? [];
      const result = figuresOf(contestant, own, ['userMicros', 'systemMicros', 'cpuShare', 'requestsPerSecond']);
      return { ...result, figures: { coresPerThousand: spreadOf(own.map(coresPerThousand)), ...result.figures } };
    });
    const [first, ...peers] = field.contestants.map(({ running }) => running.name);
    const values = (name: string): number[] => (turns.get(name) ?? []).map(coresPerThousand);
    const comparisons: Comparison[] = peers.map((peer) => ({
      subject: first ?? '',
      peer,
      quantity: 'coresPerThousand',
      ratio: pairwiseRatios(values(first ?? ''), values(peer)),
    }));
    const ratio = (peer: string): number | undefined =>
      first === 'weft' ? comparisons.find((one) => one.peer === peer)?.ratio.median : undefined;
    return {
      scenario: 'cpu-at-fixed-rate',
      variant: `${ratePerSecond} requests/s, 1 KB both ways`,
      subjects,
      comparisons,
      verdicts: [
        judge('weft CPU ≤ 0.6× mosn', ratio('mosn'), (value) => value <= 0.6),
        judge('weft CPU ≤ 1.0× envoy', ratio('envoy'), (value) => value <= 1),
      ],
      absent: field.absent,
      notes: [],
      functions: [],
      budgets: [],
    };
  } finally {
    await field.stop();
  }
}

async function atEveryRate(
  run: (settings: Settings, rate: number) => Promise<ScenarioResult>,
  settings: Settings,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const rate of settings.quick ? RATES.slice(1, 2) : RATES) results.push(await run(settings, rate));
  return results;
}

export const addedLatency: Scenario = {
  name: 'added-latency',
  summary: 'latency added at 1000, 2000 and 4000 requests/s, open loop, from the intended start',
  run: (settings) => atEveryRate(runAddedLatency, settings),
};

export const cpuAtFixedRate: Scenario = {
  name: 'cpu-at-fixed-rate',
  summary: 'cores per 1000 requests/s at 1000, 2000 and 4000 requests/s',
  run: (settings) => atEveryRate(runCpu, settings),
};
