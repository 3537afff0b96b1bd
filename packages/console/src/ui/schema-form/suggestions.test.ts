import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { entriesFor, isPattern, meantBy } from './suggestions.ts';

const KNOWN = ['*', 'a.reviews', 'reviews:9080@Http1', 'ratings'];
const values = (typed: string, chosen: readonly string[] = []) =>
  entriesFor(KNOWN, chosen, typed).map((of) => of.value);

describe('entries to choose from', () => {
  it('has the known ones, and every one of them last', () =>
    expect(values('')).toEqual(['a.reviews', 'reviews:9080@Http1', 'ratings', '*']));
  it('has what begins with a text before what contains it, and the text last', () => {
    expect(values('Rev')).toEqual(['reviews:9080@Http1', 'a.reviews', 'Rev']);
    expect(entriesFor(KNOWN, [], 'Rev').at(-1)).toEqual({ value: 'Rev', kind: 'typed' });
  });
  it('has only the text where nothing fits it', () =>
    expect(entriesFor(KNOWN, [], ' x ')).toEqual([{ value: 'x', kind: 'typed' }]));
  it('has a known one that was typed whole first and once', () => expect(values('ratings')).toEqual(['ratings']));
  it('keeps what was chosen', () => expect(values('', ['mine'])).toContain('mine'));
  it('never answers a text with every one, unless that is the text', () => {
    expect(values('*')).toEqual(['*']);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        fc.pre(text.trim() !== '*' && text.trim() !== '');
        const found = entriesFor(KNOWN, [], text);
        expect(found.map((of) => of.value)).not.toContain('*');
        expect(found.filter((of) => of.kind === 'typed').length).toBe(KNOWN.includes(text.trim()) ? 0 : 1);
      }),
    );
  });
});

test.each([
  ['ratngs', 'ratings'],
  ['Raitngs', 'ratings'],
  ['reviews', 'reviews:9080@Http1'],
  ['rat', 'ratings'],
  ['ra', null],
  ['details', null],
  ['rats', null],
])('%s means %s', (typed, meant) => expect(meantBy(KNOWN, typed)).toBe(meant));

test('of several that begin so, or are as near, none is meant', () => {
  expect(meantBy(['reviews:9080@Http1', 'reviews-next:9080@Http1'], 'reviews')).toBeNull();
  expect(meantBy(['rating1', 'rating2'], 'rating3')).toBeNull();
});

test.each([
  ['GET /reviews/*', true],
  ['/reviews/*', true],
  ['*', true],
  ['~^/reviews/\\d+$', true],
  ['GET ~^/reviews', true],
  ['GET /reviews/0', false],
  ['GET /~ann', false],
  ['echo', false],
])('%s stands for several: %j', (method, wanted) => expect(isPattern(method)).toBe(wanted));
