import {
  type GovernanceRule,
  type HostSelector,
  OutcomeKind,
  RuleDecision,
  RuleDirection,
  type RuleDocument,
  type RuleNode,
  type RuleRejection,
  type RuleTrace,
  RuleVerdict,
  runSteps,
} from '@weft/sdk';
import { describedRequest, type RequestDescription } from './described-request.ts';
import { localServices } from './local-services.ts';

/** What the rules said of one request of a simulation. */
export interface SimulatedRequest {
  readonly rejected: boolean;
  /** `pass`, `reject` or `delay`. */
  readonly verdict: 'pass' | 'reject' | 'delay';
  /** Rule that refused it; null when it passed. */
  readonly ruleDbId: number | null;
  /** What the caller would be told; null when it passed. */
  readonly rejection: RuleRejection | null;
  /** How long it waits; 0 when it does not. */
  readonly delayMs: number;
  /** Labels of the instances that it would try first, such as `version=v2`; '' where no rule chooses. */
  readonly group: string;
  /** Every rule of the service, as it stood before the request. */
  readonly rules: readonly RuleTrace[];
}

/** Labels of instances in the order of their names; `*` for all instances. */
export const labelsText = ({ labels }: HostSelector): string =>
  labels.map(([name, value]) => `${name}=${value}`).join(',') || '*';

/** Numbers from 0 up to 1 that fill the range evenly, the first of them 0: chance is played without chance. */
function evenly(): () => number {
  let next = 0;
  return () => {
    const now = next;
    next = (next + GOLDEN_RATIO) % 1;
    return now;
  };
}
const GOLDEN_RATIO = 0.618_033_988_749_894_8;

/**
 * Plays requests through rules that nobody else uses, with the code that judges in a proxy. A request is over `durationMs`
 * after it came, with an error where it says so. What is left when `maxMs` of real time are over, at least 1 request behind,
 * is not played.
 */
export function simulateRules<Document, Program>(
  rule: GovernanceRule<Document, Program>,
  documents: readonly RuleDocument<Document>[],
  node: RuleNode,
  direction: 'SERVER' | 'CLIENT',
  requests: readonly (RequestDescription & { readonly durationMs?: number; readonly failed?: boolean })[],
  maxMs = Number.POSITIVE_INFINITY,
): SimulatedRequest[] {
  const endsAt = performance.now() + maxMs;
  const compiled = rule.compile(documents, node);
  const startMs = requests[0]?.atMs ?? 0;
  const services = localServices(rule, compiled.slots, startMs, node, evenly());
  const set = runSteps(rule.instantiate(compiled.program, services));
  const running: {
    readonly endMs: number;
    readonly durationMs: number;
    readonly failed: boolean;
    readonly decision: RuleDecision;
  }[] = [];
  const played: SimulatedRequest[] = [];
  for (const description of requests) {
    const request = describedRequest(description);
    const over = running.filter(({ endMs }) => endMs <= request.nowMs);
    for (const item of over.sort((a, b) => a.endMs - b.endMs)) {
      item.decision.complete(
        item.durationMs,
        item.failed,
        item.failed ? OutcomeKind.ERROR : OutcomeKind.SUCCESS,
        item.endMs,
      );
      running.splice(running.indexOf(item), 1);
    }
    const side = RuleDirection[direction];
    const rules = set.explain(side, request);
    const decision = new RuleDecision();
    const answer = set.decide(side, request, decision);
    const rejected = answer === RuleVerdict.REJECT;
    const verdict = rejected ? 'reject' : answer === RuleVerdict.DELAY ? 'delay' : 'pass';
    const ruleDbId = decision.rejection?.ruleDbId ?? null;
    const durationMs = rejected ? 0 : (description.durationMs ?? 0);
    running.push({ endMs: request.nowMs + durationMs, durationMs, failed: description.failed === true, decision });
    played.push({
      rejected,
      verdict,
      ruleDbId,
      rejection: rejected ? decision.rejection : null,
      delayMs: verdict === 'delay' ? decision.delayMs : 0,
      group: decision.hosts.count === 0 ? '' : labelsText(decision.hosts.at(0)),
      rules,
    });
    if (performance.now() > endsAt) break;
  }
  return played;
}
