import { PlainRequestHead } from '@weft/sdk';
import { expect, it } from 'vitest';
import { dubbo } from './index.ts';
import { madeUpBodies } from './made-up.ts';

const written = (body: string): string => madeUpBodies.of({ body }).toString('hex');

it('writes null as a kind of its own, and values behind theirs', () => {
  expect(written('')).toBe('92');
  expect(written('null')).toBe('92');
  expect(written('{"a":[1,"x"]}')).toBe('914801617a9101785a');
});

it('answers callers that read Hessian, and says why no others', () => {
  const head = (serialization: string) =>
    new PlainRequestHead('dubbo', 'dubbo', {}, [[':serialization', serialization]]);
  expect([head('2'), head('10')].map((one) => dubbo.madeUpProblem?.(one, { body: '' }))).toEqual(['', '']);
  expect(dubbo.madeUpProblem?.(head('23'), { body: '' })).toMatch(/serialization 23/);
});
