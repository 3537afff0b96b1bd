/** Closed-loop scenarios: the highest rate, and first of all what a request costs. */
import { spreadOf } from '../statistics.ts';
import type { BenchProtocol } from '../subjects/index.ts';
import { compare, figuresOf, medianOf, ratioTo, unsaturated } from './figures.ts';
import { allocatedPerRequest, cpuBreakdown, profileOf, syscallsPerRequest } from './gates.ts';
import { type JobFor, runRounds, startField } from './rounds.ts';
import {
  type BudgetTable,
  judge,
  type Scenario,
  type ScenarioResult,
  type Settings,
  type TopFunctions,
  type Verdict,
} from './scenario.ts';

interface ThroughputPlan {
  readonly name: string;
  readonly summary: string;
  readonly protocol: Exclude<BenchProtocol, 'tcp'>;
  readonly connections: number;
  readonly inFlight: number;
  /** Most user CPU per request, or null where the plan sets none. */
  readonly maxUserMicros: number | null;
  /** Least ratio of the rate to each peer. */
  readonly minRatio: Readonly<Record<string, number>>;
}

/** The product may cost this much more user CPU than its reference, which has no features. */
const MAX_OVER_REFERENCE = 1.5;

function verdicts(plan: ThroughputPlan, result: Pick<ScenarioResult, 'subjects' | 'comparisons'>): Verdict[] {
  const judged: Verdict[] = [];
  const user = medianOf(result.subjects, 'weft', 'userMicros');
  if (plan.maxUserMicros !== null) {
    const limit = plan.maxUserMicros;
    judged.push(judge(`weft user CPU ≤ ${limit} µs per request`, user, (value) => value <= limit));
  }
  const isSubject = result.subjects[0]?.subject === 'weft';
  const over = isSubject ? ratioTo(result.comparisons, 'reference', 'userMicros') : undefined;
  judged.push(judge(`weft user CPU ≤ ${MAX_OVER_REFERENCE}× reference`, over, (value) => value <= MAX_OVER_REFERENCE));
  for (const [peer, limit] of Object.entries(plan.minRatio)) {
    const ratio = isSubject ? ratioTo(result.comparisons, peer, 'requestsPerSecond') : undefined;
    judged.push(judge(`weft rate ≥ ${limit}× ${peer}`, ratio, (value) => value >= limit));
  }
  return judged;
}

function jobOf(plan: ThroughputPlan): JobFor {
  return (port, warmupMs, durationMs) => ({
    kind: 'requests',
    protocol: plan.protocol,
    port,
    connections: plan.connections,
    inFlight: plan.inFlight,
    ratePerSecond: 0,
    warmupMs,
    durationMs,
    requests: 0,
    requestBody: false,
  });
}

function variantOf(plan: ThroughputPlan): string {
  return `${plan.connections} connections, ${plan.inFlight} in flight each`;
}

async function runThroughput(plan: ThroughputPlan, settings: Settings): Promise<ScenarioResult> {
  const jobFor = jobOf(plan);
  const options = { protocol: plan.protocol };
  const field = await startField(settings, options);
  const notes: string[] = [];
  const functions: TopFunctions[] = [];
  const budgets: BudgetTable[] = [];
  try {
    const turns = await runRounds(settings, field.contestants, jobFor);
    const subjects = [];
    for (const contestant of field.contestants) {
      const { running, candidate } = contestant;
      const own = figuresOf(contestant, turns.get(running.name) ?? [], [
        'userMicros',
        'systemMicros',
        'requestsPerSecond',
        'cpuShare',
        'p50Ms',
        'p99Ms',
        'p999Ms',
      ]);
      const figures: Record<string, (typeof own.figures)[string]> = { ...own.figures };
      const calls = await syscallsPerRequest(running.pid, running.port, jobFor);
      if (calls !== null) {
        figures['syscalls'] = spreadOf([calls.value]);
        const note = `system calls counted with ${calls.method}`;
        if (!notes.includes(note)) notes.push(note);
      }
      if (candidate.subject.node) {
        settings.say(`  allocation and profile of ${running.name}`);
        const allocated = await allocatedPerRequest(candidate, options, field.backends, jobFor);
        if (allocated !== null) figures['allocatedBytes'] = spreadOf([allocated]);
        const breakdown = await cpuBreakdown(candidate, options, field.backends, jobFor);
        if (breakdown === null) notes.push(`no CPU profile of ${running.name}: it wrote none when it was stopped`);
        else {
          functions.push(breakdown.functions);
          budgets.push(breakdown.budget);
        }
      }
      subjects.push({ ...own, figures });
    }
    const comparisons = compare(field.contestants, turns, ['userMicros', 'requestsPerSecond', 'p99Ms']);
    notes.push(...unsaturated(subjects));
    if (plan.protocol === 'http2')
      notes.push('nginx converts to HTTP/1.1 towards its backends here; the others relay HTTP/2');
    return {
      scenario: plan.name,
      variant: variantOf(plan),
      subjects,
      comparisons,
      verdicts: verdicts(plan, { subjects, comparisons }),
      absent: field.absent,
      notes,
      functions,
      budgets,
    };
  } finally {
    await field.stop();
  }
}

function scenario(name: string, summary: string, plans: readonly Omit<ThroughputPlan, 'name' | 'summary'>[]): Scenario {
  return {
    name,
    summary,
    run: async (settings) => {
      const results: ScenarioResult[] = [];
      for (const plan of plans) results.push(await runThroughput({ ...plan, name, summary }, settings));
      return results;
    },
    profile: async (settings) => {
      const results: ScenarioResult[] = [];
      for (const plan of plans) {
        const options = { protocol: plan.protocol };
        results.push(
          await profileOf(
            name,
            variantOf({ ...plan, name, summary }),
            settings,
            options,
            jobOf({ ...plan, name, summary }),
          ),
        );
      }
      return results;
    },
  };
}

export const http1Throughput = scenario(
  'http1-throughput',
  'HTTP/1.1, 13 header fields, 1 KB answers, one data thread',
  [
    {
      protocol: 'http1',
      connections: 50,
      inFlight: 1,
      maxUserMicros: 6,
      minRatio: { mosn: 1.6, envoy: 1.5, haproxy: 0.7 },
    },
  ],
);

export const boltThroughput = scenario(
  'bolt-throughput',
  'Bolt, 1 KB both ways, 1 and 8 calls in flight per connection',
  [
    { protocol: 'bolt', connections: 50, inFlight: 1, maxUserMicros: null, minRatio: { mosn: 2 } },
    { protocol: 'bolt', connections: 50, inFlight: 8, maxUserMicros: null, minRatio: { mosn: 5 } },
  ],
);

export const dubboThroughput = scenario(
  'dubbo-throughput',
  'Dubbo 2 in Hessian 2, frames of a JVM, 1 and 8 calls in flight per connection',
  [
    { protocol: 'dubbo', connections: 50, inFlight: 1, maxUserMicros: null, minRatio: { mosn: 2 } },
    { protocol: 'dubbo', connections: 50, inFlight: 8, maxUserMicros: null, minRatio: { mosn: 5 } },
  ],
);

const HTTP2_RATIOS = { mosn: 3, envoy: 1.2, haproxy: 0.7 };

export const http2Throughput = scenario('http2-throughput', 'HTTP/2 with prior knowledge, GET with 1 KB answers', [
  { protocol: 'http2', connections: 20, inFlight: 10, maxUserMicros: 6, minRatio: HTTP2_RATIOS },
]);

export const grpcUnary = scenario('grpc-unary', 'unary gRPC calls, 1 KB messages both ways', [
  { protocol: 'grpc', connections: 20, inFlight: 10, maxUserMicros: 6, minRatio: HTTP2_RATIOS },
]);
