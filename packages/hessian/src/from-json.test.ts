import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HessianDouble, hessianFromJson } from './index.ts';

it('takes what a JSON text says for what holds it in Java', () => {
  expect(hessianFromJson('{"a":[null,true,"x",1,-0,1.0,2147483648,9007199254740993],"__proto__":{}}')).toEqual(
    new Map<string, unknown>([
      ['a', [null, true, 'x', 1, 0, new HessianDouble(1), 2_147_483_648n, 9_007_199_254_740_993n]],
      ['__proto__', new Map()],
    ]),
  );
  expect(hessianFromJson('-9223372036854775808')).toBe(-(2n ** 63n));
});

it('refuses what Java holds in no number', () => {
  for (const text of ['9223372036854775808', '1e999', '1'.repeat(5000)])
    expect(() => hessianFromJson(text)).toThrow(RangeError);
  expect(() => hessianFromJson('{')).toThrow(SyntaxError);
});

it('keeps every whole number of 64 bits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(BigInt(hessianFromJson(String(value)) as bigint | number)).toBe(value);
    }),
    { seed: 4 },
  );
});
