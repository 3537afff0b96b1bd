import type { RuleTrace } from './governance-rule.ts';

/** What conditions show of the caller's address where a question does not say it. No address looks like it. */
export const UNSAID = '(not said)';

/** What a rule says of a request that somebody describes. `unknown`: it depends on what the description leaves out. */
export type ExplainedRule = Omit<RuleTrace, 'verdict'> & {
  readonly verdict: RuleTrace['verdict'] | 'unknown';
  /** Where it refuses: what the protocol of the caller calls the answer, if it has words of its own. */
  readonly answer?: string;
};

/** Of a request with `UNSAID` for the caller's address: what depends on it is unknown, whatever came out. */
export function markUnsaid(traces: readonly RuleTrace[]): ExplainedRule[] {
  const marked = traces.map((trace) => (asksForAddress(trace) ? unknown(trace) : trace));
  const types = new Set(marked.flatMap(({ verdict, type }) => (verdict === 'unknown' ? [type] : [])));
  // Refused because nothing of a list matched: what is unknown could have.
  return marked.map((trace) =>
    trace.verdict === 'reject' && !trace.matched && types.has(trace.type) ? unknown(trace) : trace,
  );
}

const asksForAddress = ({ verdict, conditions }: RuleTrace): boolean =>
  verdict !== 'skipped' && conditions.some(({ actual }) => actual === UNSAID);

function unknown(trace: ExplainedRule): ExplainedRule {
  const { effect: _, ...rest } = trace;
  return { ...rest, matched: false, verdict: 'unknown', detail: 'give the address of the caller' };
}
