import { describe, expect, it } from 'vitest';
import type { RuleTrace } from './governance-rule.ts';
import { markUnsaid, UNSAID } from './unsaid-address.ts';

const trace = (change: Partial<RuleTrace>): RuleTrace => ({
  type: 'AUTH',
  ruleDbId: 1,
  name: 'rule',
  resource: 'a.B',
  mode: 'CONTROL',
  conditions: [],
  matched: true,
  verdict: 'reject',
  detail: 'as it came out',
  ...change,
});
const ofAddress = { conditions: [{ condition: 'source.ip in 10.0.0.0/8', actual: UNSAID, matched: false }] };
const ofHeader = { conditions: [{ condition: 'user = a', actual: 'a', matched: true }] };
const verdicts = (...traces: readonly RuleTrace[]): string[] => markUnsaid(traces).map(({ verdict }) => verdict);

describe('where the address of the caller is not said', () => {
  it('what asks for it is unknown, whatever came out, and says what to give', () => {
    const [marked] = markUnsaid([trace({ ...ofAddress, effect: { kind: 'answer', status: 200, percent: 100 } })]);
    expect(marked).toMatchObject({ verdict: 'unknown', matched: false, detail: 'give the address of the caller' });
    expect(marked).not.toHaveProperty('effect');
    expect(verdicts(trace({ ...ofAddress, verdict: 'not_matched' }))).toEqual(['unknown']);
  });

  it('what asks for something else stays, and so does what another rule keeps from acting', () => {
    const traces = [trace(ofHeader), trace({ ...ofAddress, verdict: 'skipped' })];
    expect(markUnsaid(traces)).toEqual(traces);
  });

  it('a refusal because nothing of a list matched is unknown with what could have, of its own type alone', () => {
    const refusal = trace({ matched: false });
    expect(verdicts(trace(ofAddress), refusal)).toEqual(['unknown', 'unknown']);
    expect(verdicts(refusal, trace(ofAddress))).toEqual(['unknown', 'unknown']);
    expect(verdicts(trace({ ...ofAddress, type: 'LIMIT' }), refusal)).toEqual(['unknown', 'reject']);
    expect(verdicts(trace(ofAddress), trace(ofHeader))).toEqual(['unknown', 'reject']);
  });
});
