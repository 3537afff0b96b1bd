import { expect, it } from 'vitest';
import { KeptAnswers } from './kept-answers.ts';

it('an answer is written once, and another one of the same text for itself', () => {
  const written: string[] = [];
  const kept = new KeptAnswers(({ body }) => {
    written.push(body);
    return Buffer.from(body);
  });
  const one = { body: 'a' };
  const same = kept.of(one);
  expect([kept.of(one), String(same)]).toEqual([same, 'a']);
  expect(kept.of({ body: 'a' })).not.toBe(same);
  expect(written).toEqual(['a', 'a']);
});
