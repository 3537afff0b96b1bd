import { DraftReader, HessianObject } from '@weft/hessian';
import { PlainRequestHead } from '@weft/sdk';
import { expect, it } from 'vitest';
import { bolt } from './index.ts';
import { madeUpContents, RESPONSE_CLASS } from './made-up.ts';

const returned = (body: string): unknown => {
  const content = madeUpContents.of({ body });
  return new DraftReader(content, 0, content.length).read();
};

it('writes what the method returns into a SofaResponse', () => {
  const response = (value: unknown) =>
    new HessianObject(RESPONSE_CLASS, [
      ['isError', false],
      ['errorMsg', null],
      ['appResponse', value],
      ['responseProps', null],
    ]);
  expect(returned('')).toEqual(response(null));
  expect(returned('{"a":[1,"x"]}')).toEqual(response(new Map([['a', [1, 'x']]])));
});

it('writes an answer once', () => {
  const answer = { body: '1' };
  expect(madeUpContents.of(answer)).toBe(madeUpContents.of(answer));
});

it('answers callers that read Hessian, and says why no others', () => {
  const head = (codec: string) => new PlainRequestHead('bolt', 'bolt', {}, [[':codec', codec]]);
  expect(bolt.madeUpProblem?.(head('1'), { body: '' })).toBe('');
  expect(bolt.madeUpProblem?.(head('11'), { body: '' })).toMatch(/serialization 11/);
});
