import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonDecimal, parseJson, ValueError } from './index.ts';

describe('JSON', () => {
  it('is read as JSON.parse reads it, number by number', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom('', ' ', '\n\t'), (json, space) => {
        expect(plain(parseJson(space + json + space))).toEqual(plainOf(JSON.parse(json)));
      }),
      { numRuns: 1000, seed: 20_261_121 },
    );
  });

  it('is refused where JSON.parse refuses it', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '}', ']', ',', '"', '\\', '0', '-', 'e', '\u0001', '\u0085', 'x'),
        (json, at, insert) => {
          const cutAt = at % (json.length + 1);
          const broken = json.slice(0, cutAt) + insert + json.slice(cutAt + (at % 2));
          let valid = true;
          try {
            JSON.parse(broken);
          } catch {
            valid = false;
          }
          if (valid) expect(plain(parseJson(broken))).toEqual(plainOf(JSON.parse(broken)));
          else expect(thrown(() => parseJson(broken))).toMatchObject({ problem: 'syntax' });
        },
      ),
      { numRuns: 5000, seed: 20_261_121 },
    );
  });

  it('keeps every digit, and gives names no meaning', () => {
    expect(parseJson('[9007199254740993,1.10,-0]')).toEqual([
      9_007_199_254_740_993n,
      new JsonDecimal('1.10'),
      new JsonDecimal('-0'),
    ]);
    expect(parseJson('{"__proto__":1,"a":1,"a":2}')).toEqual(
      new Map([
        ['__proto__', 1],
        ['a', 2],
      ]),
    );
  });

  it('is bounded', () => {
    expect(thrown(() => parseJson('['.repeat(200_000)))).toMatchObject({ problem: 'limit' });
    expect(thrown(() => parseJson('1'.repeat(2000)))).toMatchObject({ problem: 'limit' });
    expect(thrown(() => parseJson('[1,1,1]', { maxDepth: 9, maxValues: 3 }))).toMatchObject({
      problem: 'limit',
    });
    // What has no option names none.
    expect(thrown(() => parseJson('[1,1]', { maxDepth: 9, maxValues: 2 })).message).toBe('$: more than 2 values');
    const followed = { maxDepth: 9, maxValues: 2, maxValuesOption: 'max_body_bytes' };
    expect(thrown(() => parseJson('[1,1]', followed)).message).toBe('$: more than 2 values (max_body_bytes)');
    expect(thrown(() => parseJson('{"a" 1}')).message).toBe('$: not JSON: : expected at character 5');
  });
});

function thrown(run: () => unknown): ValueError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ValueError);
    return error as ValueError;
  }
  throw new Error('nothing was thrown');
}

/** What `parseJson` gives, as `JSON.parse` would have it, numbers as doubles and objects as maps. */
function plain(json: unknown): unknown {
  if (typeof json === 'bigint') return Number(json);
  if (json instanceof JsonDecimal) return Number(json.text);
  if (Array.isArray(json)) return json.map(plain);
  if (json instanceof Map) return new Map([...json].map(([name, value]) => [name, plain(value)]));
  return json;
}

function plainOf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(plainOf);
  if (typeof json === 'object' && json !== null)
    return new Map(Object.entries(json).map(([name, value]) => [name, plainOf(value)]));
  return json;
}
