import {
  type GovernanceRule,
  type HostChoice,
  HostResult,
  OutcomeKind,
  RuleDecision,
  RuleDirection,
  type RuleDocument,
  type RuleNode,
  type RuleRequest,
  RuleVerdict,
  runSteps,
} from '@weft/sdk';
import { describedRequest, type RequestDescription } from './described-request.ts';
import { localServices } from './local-services.ts';
import { labelsText } from './simulate.ts';

/** A request that was served, as it is played again. */
export interface ReplayedRequest extends RequestDescription {
  readonly atMs: number;
  /** How many requests it stands for; 1 for itself alone. */
  readonly stands: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

/** What the rules would have done with the requests that one record stands for. */
export interface Replayed {
  /** Index of the record. */
  readonly index: number;
  readonly matched: number;
  readonly rejected: number;
  readonly delayed: number;
  /** Requests of which rules want copies. */
  readonly copied: number;
  /** Labels of the hosts that rules would choose first, and how often. */
  readonly groups: ReadonlyMap<string, number>;
  /** The first condition that did not hold, with what it saw; null when the rules are for it, or for other services. */
  readonly unmatched: { readonly condition: string; readonly actual: string } | null;
}

/** What of a request has come and has not ended. */
interface Running {
  readonly endMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly decision: RuleDecision;
}

const SECOND_MS = 1000;
const MAX_TRACES = 20;

/** A request whose time can be moved: the same one stands for many. */
type Movable = { -readonly [Key in keyof RuleRequest]: RuleRequest[Key] };

/**
 * Plays requests of one proxy through rules that nobody else uses, with the code that judges in a proxy. A record that
 * stands for several requests is played as often, spread over its second; one that stands for itself alone comes when it
 * came. Gives what became of the records of one second after the other; between them the caller may do something else.
 *
 * @param requests in the order of their time
 * @param random for rules that draw
 * @param hasHost whether a host of a service, by its dataId, has the labels; also where that is not known
 */
export function* replayRules<Document, Program>(
  rule: GovernanceRule<Document, Program>,
  documents: readonly RuleDocument<Document>[],
  node: RuleNode,
  direction: 'SERVER' | 'CLIENT',
  requests: readonly ReplayedRequest[],
  random: () => number,
  hasHost: HostFinder = () => true,
): Generator<Replayed[], void> {
  const compiled = rule.compile(documents, node);
  const services = localServices(rule, compiled.slots, requests[0]?.atMs ?? 0, node, random);
  const set = runSteps(rule.instantiate(compiled.program, services));
  const side = RuleDirection[direction];
  const running: Running[] = [];
  const idle: RuleDecision[] = [];
  const endUntil = (nowMs: number): void => {
    let ended = 0;
    while (ended < running.length && (running[ended] as Running).endMs <= nowMs) {
      const { decision, durationMs, failed, endMs } = running[ended++] as Running;
      decision.complete(durationMs, failed, failed ? OutcomeKind.ERROR : OutcomeKind.SUCCESS, endMs);
      idle.push(decision);
    }
    if (ended > 0) running.splice(0, ended);
  };
  for (let from = 0; from < requests.length; ) {
    const second = secondOf(requests[from] as ReplayedRequest);
    let to = from;
    while (to < requests.length && secondOf(requests[to] as ReplayedRequest) === second) to++;
    const records = requests.slice(from, to);
    const described = records.map((record) => describedRequest(record) as Movable);
    const counts = records.map((_, index) => ({
      rejected: 0,
      delayed: 0,
      copied: 0,
      groups: new Map<string, number>(),
      index,
    }));
    for (const [at, index] of timesOf(records, second)) {
      const request = described[index] as Movable;
      const { durationMs, failed } = records[index] as ReplayedRequest;
      const count = counts[index] as (typeof counts)[number];
      endUntil(at);
      request.nowMs = at;
      const decision = idle.pop() ?? new RuleDecision();
      const verdict = set.decide(side, request, decision);
      if (verdict === RuleVerdict.REJECT) {
        count.rejected++;
        decision.complete(0, true, OutcomeKind.ERROR, at);
        idle.push(decision);
        continue;
      }
      if (decision.watched.length > 0) count.rejected++;
      if (verdict === RuleVerdict.DELAY) count.delayed++;
      if (decision.copies.length > 0) count.copied++;
      const { hosts } = decision;
      if (hosts.count > 0 && hosts.refusal !== null && !hasAny(hosts, serviceOf(request), hasHost)) {
        hosts.result = HostResult.REFUSED;
        count.rejected++;
      } else if (hosts.count > 0) {
        const text = labelsText(hosts.at(0));
        count.groups.set(text, (count.groups.get(text) ?? 0) + 1);
      }
      insert(running, { endMs: at + durationMs, durationMs, failed, decision });
    }
    const first = from;
    yield counts.map(({ index, ...count }): Replayed => {
      const { stands } = records[index] as ReplayedRequest;
      const traces = set
        .explain(side, described[index] as Movable, MAX_TRACES)
        .filter((trace) => trace.verdict !== 'skipped');
      const isFor = traces.some(({ matched }) => matched);
      const failing = isFor
        ? undefined
        : traces.flatMap(({ conditions }) => conditions).find(({ matched }) => !matched);
      return {
        ...count,
        index: first + index,
        matched: isFor || count.rejected > 0 ? stands : 0,
        unmatched: failing === undefined ? null : { condition: failing.condition, actual: failing.actual },
      };
    });
    from = to;
  }
  endUntil(Number.POSITIVE_INFINITY);
}

/** Whether a host of the service has the labels. */
export type HostFinder = (serviceId: string, labels: readonly (readonly [name: string, value: string])[]) => boolean;

const serviceOf = (request: RuleRequest): string => request.system('destination.service.name');

function hasAny(choice: HostChoice, serviceId: string, hasHost: HostFinder): boolean {
  for (let i = 0; i < choice.count; i++) if (hasHost(serviceId, choice.at(i).labels)) return true;
  return false;
}

const secondOf = ({ atMs }: ReplayedRequest): number => Math.floor(atMs / SECOND_MS);

/** When each request of a second comes, in order: those that a record stands for are spread evenly, and mixed. */
function timesOf(records: readonly ReplayedRequest[], second: number): (readonly [atMs: number, index: number])[] {
  const times: (readonly [number, number])[] = [];
  for (const [index, { stands, atMs }] of records.entries()) {
    if (stands === 1) {
      times.push([atMs, index]);
      continue;
    }
    // A phase of its own for each, so that records do not march in step.
    const phase = (index * GOLDEN_RATIO) % 1;
    for (let i = 0; i < stands; i++) times.push([second * SECOND_MS + ((i + phase) / stands) * SECOND_MS, index]);
  }
  return times.sort((a, b) => a[0] - b[0]);
}
const GOLDEN_RATIO = 0.618_033_988_749_894_8;

/** By the time of the end: most come behind those that are there. */
function insert(running: Running[], item: Running): void {
  let at = running.length;
  while (at > 0 && (running[at - 1] as Running).endMs > item.endMs) at--;
  running.splice(at, 0, item);
}
