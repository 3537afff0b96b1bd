/** What a rule that copies every request adds to the requests themselves, beside a proxy without it. */
import { ruleDataId } from '@weft/schema/data-id';
import { VIRTUAL_HOST } from '../../load/workload.ts';
import type { RunningSubject } from '../session.ts';
import { pairwiseRatios, type Spread, spreadOf } from '../statistics.ts';
import type { SetupRules } from '../subjects/index.ts';
import { figuresOf, QUANTITIES, unsaturated } from './figures.ts';
import { type Contestant, type Runner, runRounds, startField, type Turn } from './rounds.ts';
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

/** What became of the copies that a proxy made since it was started, beside the requests that came to it. */
async function copiesOf({ metricsPort }: RunningSubject): Promise<{ requests: number; results: Map<string, number> }> {
  const results = new Map<string, number>();
  let requests = 0;
  const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  for (const line of (await response.text()).split('\n')) {
    const [, name, labels = '', value] = /^(\w+)\{([^}]*)\} (\S+)$/.exec(line) ?? [];
    if (name === 'downstream_request_total') requests += Number(value);
    const result = /result="(\w+)"/.exec(labels)?.[1];
    if (name === 'weft_mirror_total' && result !== undefined)
      results.set(result, (results.get(result) ?? 0) + Number(value));
  }
  return { requests, results };
}

/**
 * The target of the copies shares a core with generator and hosts, so it slows them whoever sends it the copies. What the proxy adds
 * is therefore told against a proxy without the rule while the generator sends the same target the same copies.
 */
async function measure(settings: Settings, closed: boolean): Promise<ScenarioResult> {
  const own = { ...settings, candidates: settings.candidates.filter(({ subject }) => subject.name === 'weft') };
  const plain = await startField(own, { protocol: 'http1' });
  // The copies go to the hosts of the other proxy, which is idle while this one is asked.
  const target = closed ? CLOSED_PORT : (plain.backends.portsOf('http1')[0] as number);
  const copying = await startField(own, { protocol: 'http1', rules: rulesFor(target) });
  // And those of the generator to hosts of this one, which is idle while the other one is asked.
  const idleTarget = copying.backends.portsOf('http1')[0] as number;
  try {
    const name = (suffix: string, load?: Runner['load']) => (item: Contestant) => ({
      candidate: { ...item.candidate, subject: { ...item.candidate.subject, name: `${item.running.name}, ${suffix}` } },
      running: { ...item.running, name: `${item.running.name}, ${suffix}` },
      ...(load === undefined ? {} : { load }),
    });
    const contestants = [
      ...copying.contestants.map(name('copies')),
      ...(closed ? [] : plain.contestants.map(name('no rule, same copies', { copiesTo: idleTarget }))),
      ...plain.contestants.map(name('no rule')),
    ];
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
    const peer = closed ? 'no rule' : 'no rule, same copies';
    const comparisons = (withRule.length === 0 ? [] : (['p50Ms', 'p99Ms'] as const)).map(
      (quantity): Comparison => ({
        subject: 'weft, copies',
        peer,
        quantity,
        ratio: pairwiseRatios(withRule.map(QUANTITIES[quantity]), without.map(QUANTITIES[quantity])),
      }),
    );
    const errors = subjects.reduce((sum, subject) => sum + subject.errors, 0);
    const [proxy] = copying.contestants;
    const made = proxy === undefined ? null : await copiesOf(proxy.running);
    return {
      scenario: 'mirroring',
      variant: `${RATE} requests/s, 1 KB both ways, every one copied to a target that ${closed ? 'is down' : 'answers'}`,
      subjects,
      comparisons,
      verdicts: [
        judge(`added p99 ≤ ${MAX_ADDED_P99_MS} ms`, added.median, (value) => value <= MAX_ADDED_P99_MS),
        judge('no failed request', errors, (value) => value === 0),
        ...(closed
          ? []
          : [judge('copies answered ≥ 99 % of the requests', shareAnswered(made), (value) => value >= 0.99)]),
      ],
      absent: plain.absent,
      notes: [
        ...(withRule.length === 0 ? [] : [comparedWith(peer, added)]),
        ...copiesInWords(made, without),
        ...unsaturated(subjects),
      ],
      functions: [],
      budgets: [],
    };
  } finally {
    await copying.stop();
    await plain.stop();
  }
}

function shareAnswered(made: Awaited<ReturnType<typeof copiesOf>> | null): number | undefined {
  return made === null ? undefined : (made.results.get('ok') ?? 0) / made.requests;
}

function comparedWith(peer: string, { median, min, max }: Spread): string {
  const who =
    peer === 'no rule'
      ? ''
      : ' (the generator itself sends the target the same copies, so that only the sender differs)';
  return `p99 with the rule minus p99 of "${peer}"${who}, round by round: ${[median, min, max].map((ms) => ms.toFixed(3)).join(', ')} ms (median, least, most)`;
}

function copiesInWords(made: Awaited<ReturnType<typeof copiesOf>> | null, without: readonly Turn[]): string[] {
  const words: string[] = [];
  if (made !== null) {
    const results = [...made.results].filter(([, count]) => count > 0).map(([result, count]) => `${result} ${count}`);
    words.push(`copies by the proxy: ${results.join(', ') || 'none'}, of ${made.requests} requests`);
  }
  let [sent, leftOut, failed] = [0, 0, 0];
  for (const { result } of without) {
    if (!('copies' in result) || result.copies === null) continue;
    sent += result.copies.sent;
    leftOut += result.copies.leftOut;
    failed += result.copies.failed;
  }
  if (sent > 0) words.push(`copies by the generator: ${sent} sent, ${leftOut} left out, ${failed} failed`);
  return words;
}

export const mirroring: Scenario = {
  name: 'mirroring',
  summary: 'what copies of every request add to their latency, the target up and down',
  run: async (settings) => [await measure(settings, false), await measure(settings, true)],
};
