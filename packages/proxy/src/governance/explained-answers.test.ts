import { type ExplainedRule, PlainRequestHead, type Protocol } from '@weft/sdk';
import { expect, it } from 'vitest';
import { withAnswers } from './explained-answers.ts';

const RULE = {
  type: 'DOWNGRADE',
  ruleDbId: 7,
  resource: 's',
  verdict: 'reject',
  detail: 'answered by the rule',
  effect: { kind: 'answer', status: 200, percent: 100 },
} as unknown as ExplainedRule;

/** Its own words for what a rule answers, and one serialization that it writes. */
const RPC = {
  name: 'rpc',
  family: 'bolt',
  answers: {
    ofHead: () => '',
    ofReply: (_request, { status, madeUp }) => `${status}${madeUp === undefined ? '' : ' as made up'}`,
  },
  madeUpProblem: (request) => (request.get('codec') === 'x' ? 'x is not written' : ''),
} satisfies Partial<Protocol>;
const { madeUpProblem: _, ...SILENT } = RPC;

function explain(part: Partial<Protocol>, codec: string): ExplainedRule | undefined {
  const head = new PlainRequestHead('rpc', 'bolt', { service: 's', method: 'm' }, [['codec', codec]]);
  return withAnswers([RULE], part as Protocol, {}, head, { profile: 'standard', limitMessage: '' })[0];
}

it('says what a made-up answer is called, and why a caller gets an error instead', () => {
  expect(explain(RPC, 'y')).toEqual({ ...RULE, answer: '200 as made up' });
  const refused = explain(RPC, 'x');
  expect(refused).toMatchObject({ detail: 'answered with an error: x is not written', answer: '503' });
  expect(refused).not.toHaveProperty('effect');
  expect(explain(SILENT, 'y')?.detail).toMatch(/the protocol rpc has no words/);
});
