import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldMap } from './field-map.ts';
import { FieldKind, ownField, wireValue } from './hpack/index.ts';

function mapOf(...pairs: readonly (readonly [string, string])[]): FieldMap {
  return new FieldMap(pairs.map(([name, value]) => ownField(name, value)));
}

function pairsOf(map: FieldMap): string[] {
  const pairs: string[] = [];
  map.forEach((name, value) => {
    pairs.push(`${name}=${value}`);
  });
  return pairs;
}

describe('FieldMap', () => {
  it('sets in place, adds behind, removes all', () => {
    const map = mapOf(['a', '1'], ['b', '2'], ['a', '3']);
    map.set('a', '4');
    expect(pairsOf(map)).toEqual(['a=4', 'b=2']);
    map.set('c', '5');
    map.add('b', '6');
    expect([pairsOf(map), map.getAll('b'), map.get('b'), map.get('x'), map.getAll('x')]).toEqual([
      ['a=4', 'b=2', 'c=5', 'b=6'],
      ['2', '6'],
      '2',
      undefined,
      [],
    ]);
    map.remove('b');
    map.keep();
    expect(pairsOf(map)).toEqual(['a=4', 'c=5']);
  });

  it('has one content-length whoever adds another', () => {
    const map = mapOf(['content-length', '1']);
    map.add('content-length', '2');
    expect(map.getAll('content-length')).toEqual(['2']);
  });
});

describe('wireValue', () => {
  it.each([
    ['plain', 'plain'],
    ['a\r\nb: c', 'a  b: c'],
    [' padded\t', 'padded'],
    ['\0', ''],
    ['caf\u00e9', 'caf\u00e9'],
    ['\u20ac', '\u00e2\u0082\u00ac'],
    // Its low byte is LF: cutting code points down would inject a line.
    ['a\u010ab', 'a\u00c4\u008ab'],
  ])('%j becomes %j', (value, wire) => {
    expect(wireValue(value)).toBe(wire);
  });

  it('never lets a line end, NUL or a wide character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        for (const char of wireValue(value)) {
          const code = char.codePointAt(0) as number;
          expect(code === 9 || (code >= 32 && code !== 127 && code < 256)).toBe(true);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('ownField', () => {
  it('is shared for the same pair, but not for what changes with each message', () => {
    expect(ownField('x-tenant', 'blue')).toBe(ownField('x-tenant', 'blue'));
    expect(ownField('date', 'now')).not.toBe(ownField('date', 'now'));
  });

  it('survives more values than are shared', () => {
    for (let i = 0; i < 10_000; i++) expect(ownField('x-n', String(i)).value).toBe(String(i));
    expect(ownField('x-tenant', 'blue').value).toBe('blue');
  });

  it.each([
    ['X-Upper', 'a'],
    ['x y', 'a'],
    ['', 'a'],
    [':path', 'no slash'],
    [':authority', 'a@b'],
  ])('knows that %j: %j cannot be sent', (name, value) => {
    expect(ownField(name, value).kind).toBe(FieldKind.INVALID);
  });
});
