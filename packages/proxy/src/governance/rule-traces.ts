import {
  type HostChoice,
  type HostSelector,
  type RuleDecision,
  type RuleDirection,
  type RuleMark,
  type RuleRequest,
  type RuleSet,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';

/** Rules of one type that a record shows. */
const MAX_TRACES = 20;

/**
 * What every rule said of a request, as it was decided: the words are those of `explain`, right behind the decision, and
 * the verdicts those that were given.
 *
 * @param reached index of the set that ended the judgement; the number of sets when none did
 */
export function tracesOf(
  sets: readonly RuleSet[],
  from: number,
  reached: number,
  verdict: RuleVerdict,
  direction: RuleDirection,
  request: RuleRequest,
  decision: RuleDecision,
): RuleTrace[] {
  const traces: RuleTrace[] = [];
  // Those behind a rule that delays are asked when the wait is over.
  const end = verdict === RuleVerdict.DELAY ? reached + 1 : sets.length;
  for (let i = from; i < end; i++)
    for (const trace of (sets[i] as RuleSet).explain(direction, request, MAX_TRACES, undefined, decision))
      traces.push(settled(trace, i < reached ? RuleVerdict.PASS : i === reached ? verdict : null, decision));
  return traces;
}

/** `verdict` of the set; null when it was not asked. */
function settled(trace: RuleTrace, verdict: RuleVerdict | null, { rejection, watched }: RuleDecision): RuleTrace {
  if (trace.verdict === 'skipped') return trace;
  if (verdict === null) return { ...trace, verdict: 'skipped', detail: `not asked: ${whoRefused(rejection)}` };
  if (trace.mode === 'OBSERVE') return watchedTrace(trace, watched);
  if (verdict === RuleVerdict.REJECT && rejection !== null && isRule(trace, rejection))
    return { ...trace, verdict: 'reject' };
  if (trace.verdict === 'reject' && verdict === RuleVerdict.REJECT)
    return { ...trace, verdict: 'skipped', detail: whoRefused(rejection) };
  // Chance let it pass, or another thread was quicker.
  if (trace.verdict === 'reject' || (trace.verdict === 'delay' && verdict !== RuleVerdict.DELAY))
    return { ...trace, verdict: 'pass' };
  return trace;
}

function watchedTrace(trace: RuleTrace, watched: readonly RuleMark[]): RuleTrace {
  if (watched.some((rule) => isRule(trace, rule)))
    return { ...trace, verdict: trace.verdict === 'would_delay' ? 'would_delay' : 'would_reject' };
  return trace.verdict.startsWith('would_') ? { ...trace, verdict: 'pass' } : trace;
}

/** The traces of a request that was refused behind the rules, as none of the hosts that they chose from could be asked. */
export function refusedTraces(traces: readonly RuleTrace[], refusing: RuleMark, choice: HostChoice): RuleTrace[] {
  const wanted = Array.from({ length: choice.count }, (_, index) => inWords(choice.at(index)));
  return traces.map((trace) =>
    trace.matched && isRule(trace, refusing)
      ? { ...trace, verdict: 'reject', detail: `no usable instance has ${wanted.join(' or ')}` }
      : trace,
  );
}

const inWords = ({ labels }: HostSelector): string =>
  labels.map(([name, value]) => `${name}=${value}`).join(',') || 'any labels';

const isRule = (trace: RuleTrace, rule: RuleMark): boolean =>
  trace.ruleDbId === rule.ruleDbId && trace.resource === rule.resource;

const whoRefused = (rejection: RuleMark | null): string => `rule ${rejection?.ruleDbId ?? 0} refused it before`;
