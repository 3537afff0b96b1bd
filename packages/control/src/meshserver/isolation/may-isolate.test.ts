import { expect, test } from 'vitest';
import { type Candidate, type ServiceProvider, type Standing, whyNot, worstFirst } from './may-isolate.ts';

const one = (proxyId: string, more: Partial<ServiceProvider> = {}): ServiceProvider => ({
  proxyId,
  app: 'app',
  group: 'g',
  address: `${proxyId}:80`,
  usable: true,
  ...more,
});
const ABC = [one('a'), one('b'), one('c')];
const set = (...ids: string[]): ReadonlySet<string> => new Set(ids);
const NONE: Standing = { ofService: set(), ofAppHere: set(), ofApp: set() };
const out = (...ids: string[]): Standing => ({ ofService: set(...ids), ofAppHere: set(...ids), ofApp: set(...ids) });
const A: Candidate = { proxyId: 'a', app: 'app', maxInstances: 2, maxRatio: 1 };

test.each<[string, Partial<Candidate>, readonly ServiceProvider[], Standing, RegExp | null]>([
  ['one of three', {}, ABC, NONE, null],
  ['a second one', {}, ABC, out('b'), null],
  ['a third one of at most two', {}, [...ABC, one('d')], out('b', 'c'), /^2 of at most 2 instances of app/],
  ['at most none', { maxInstances: 0 }, ABC, NONE, /^0 of at most 0/],
  ['itself takes no place', { maxInstances: 1 }, ABC, out('a'), null],
  [
    'one that is out for another service, or by another rule, takes one',
    { maxInstances: 1 },
    ABC,
    { ...NONE, ofApp: set('b') },
    /^1 of/,
  ],
  ['half of three', { maxRatio: 0.5 }, ABC, NONE, null],
  ['two, half of three', { maxRatio: 0.5 }, ABC, out('b'), /^of 3 instances at most 1 may be isolated, 1 are/],
  ['the share is of its own app', { maxRatio: 0.5 }, [one('a'), one('x', { app: 'other' })], NONE, /^of 1 instances/],
  ['a single one', {}, [one('a')], NONE, /the last one/],
  ['the others are out', {}, [one('a'), one('b')], out('b'), /the last one/],
  ['the others are disabled', {}, [one('a'), one('b', { usable: false })], NONE, /the last one/],
  ['the others are in another group', {}, [one('a'), one('b', { group: 'h' })], NONE, /the last one/],
  ['another rule has taken the others out', {}, [one('a'), one('b')], { ...NONE, ofService: set('b') }, /the last one/],
  ['an instance of another app serves on', {}, [one('a'), one('x', { app: 'other' })], NONE, null],
  ['it does not publish it', {}, [one('b'), one('c')], NONE, /publishes no such/],
])('%s', (_name, more, providers, standing, reason) => {
  const found = whyNot({ ...A, ...more }, providers, standing);
  if (reason === null) expect(found).toBeNull();
  else expect(found).toMatch(reason);
});

test('the worst first, of equal ones the one with more calls', () => {
  const figures = [
    { calls: 10, exceptions: 5 },
    { calls: 0, exceptions: 0 },
    { calls: 4, exceptions: 4 },
    { calls: 20, exceptions: 10 },
  ];
  expect(figures.sort(worstFirst).map(({ calls }) => calls)).toEqual([4, 20, 10, 0]);
});
