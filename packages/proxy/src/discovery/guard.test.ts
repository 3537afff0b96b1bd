import type { Endpoint } from '@weft/distribution';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, missing } from './guard.ts';
import { endpoint } from './testdata/discovery-rig.ts';

const isolated = (port: number): Endpoint => ({ ...endpoint(port), enabled: false, isolatedMs: 60_000 });
const hosts = (count: number, first = 1): Endpoint[] =>
  Array.from({ length: count }, (_, index) => endpoint(first + index));
const unsure = (...endpoints: Endpoint[]) => ({ endpoints, confirmed: false });
const sure = (...endpoints: Endpoint[]) => ({ endpoints, confirmed: true });
const portsOf = (endpoints: readonly Endpoint[]): number[] => endpoints.map(({ port }) => port);

describe('who stays in a list though a push lacks them', () => {
  test.each<[string, Endpoint[], ReturnType<typeof unsure>, number[]]>([
    ['nobody: the registry is sure', hosts(4), sure(), []],
    ['nobody: there was nobody', [], unsure(), []],
    ['all, when the list is emptied', hosts(2), unsure(), [1, 2]],
    ['those that nobody may call, too', [isolated(1)], unsure(), [1]],
    ['the other one of two is no large share', hosts(2), unsure(endpoint(1)), []],
    ['two of three are', hosts(3), unsure(endpoint(1)), [2, 3]],
    ['three of four are', hosts(4), unsure(endpoint(1)), [2, 3, 4]],
    ['three of five are not', hosts(5), unsure(...hosts(2)), []],
    ['four of five are', hosts(5), unsure(endpoint(5)), [1, 2, 3, 4]],
    ['those who are new do not hide who is gone', hosts(2), unsure(...hosts(3, 7)), [1, 2]],
    ['when the isolated one is back first', [endpoint(1), isolated(2)], unsure(isolated(2)), [1]],
    ['when who is back is disabled', hosts(2), unsure({ ...endpoint(1), enabled: false }), [2]],
    ['when who is back takes nothing', hosts(2), unsure({ ...endpoint(1), weight: 0 }), [2]],
    ['the isolated one is not missed', [endpoint(1), isolated(2)], unsure(endpoint(1)), []],
    [
      'the share is of those that may be called',
      [...hosts(3), isolated(4), isolated(5), isolated(6)],
      unsure(endpoint(1), isolated(4), isolated(5)),
      [2, 3, 6],
    ],
    ['nobody: they are there, and disabled', hosts(2), unsure(isolated(1), isolated(2)), []],
    ['nobody: its proxy is back at another port', hosts(1), unsure({ ...endpoint(9), proxyId: 'p1' }), []],
    [
      'a proxy without a name is nobody who is back',
      [{ ...endpoint(1), proxyId: '' }],
      unsure({ ...endpoint(9), proxyId: '' }),
      [1],
    ],
  ])('%s', (_name, before, push, kept) => {
    expect(portsOf(missing(before, push, 60))).toEqual(kept);
  });

  test.each<[number, number, number[]]>([
    [0, 9, [10]],
    [10, 9, []],
    [99, 1, []],
    [89, 1, [2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [100, 1, []],
    [100, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('with a usual share of %i %% and %i of ten left', (percent, left, kept) => {
    expect(portsOf(missing(hosts(10), unsure(...hosts(left)), percent))).toEqual(kept);
  });

  const lists = fc
    .uniqueArray(
      fc.record({
        port: fc.integer({ min: 1, max: 12 }),
        enabled: fc.boolean(),
        weight: fc.constantFrom(0, 1, 100),
        proxyId: fc.constantFrom('', 'p1', 'p2', 'p3', 'p4'),
      }),
      { selector: ({ port }) => port },
    )
    .map((items) => items.map((item): Endpoint => ({ ...endpoint(item.port), ...item })));
  const percents = fc.integer({ min: 0, max: 100 });
  const serves = ({ enabled, weight }: Endpoint): boolean => enabled && weight > 0;

  test('a registry that is sure takes away whom it wants', () => {
    fc.assert(
      fc.property(lists, lists, percents, (before, after, percent) => {
        expect(missing(before, sure(...after), percent)).toEqual([]);
      }),
    );
  });

  test('a push that only adds, or changes who is there, lacks nobody', () => {
    fc.assert(
      fc.property(lists, lists, percents, (before, after, percent) => {
        const places = new Set(after.map(addressOf));
        const all = [...after, ...before.filter((one) => !places.has(addressOf(one)))];
        expect(missing(before, unsure(...all), percent)).toEqual([]);
      }),
    );
  });

  test('all whom the push lacks stay, or none of them; who stays is as before, and in no push', () => {
    fc.assert(
      fc.property(lists, lists, percents, (before, after, percent) => {
        const places = new Set(after.map(addressOf));
        const proxies = new Set(after.map(({ proxyId }) => proxyId).filter((id) => id !== ''));
        const lacking = before.filter((one) => !places.has(addressOf(one)) && !proxies.has(one.proxyId));
        const kept = missing(before, unsure(...after), percent);
        expect([[], lacking]).toContainEqual(kept);
        const lost = lacking.filter(serves).length;
        // Nobody is lost to callers by being away who was the last that they could call, or one of too many.
        if (kept.length === 0 && lost > 0) {
          expect(after.some(serves)).toBe(true);
          expect(lost * 100).toBeLessThanOrEqual(percent * before.filter(serves).length);
        }
        // What is usual is let through.
        if (kept.length > 0 && after.some(serves))
          expect(lost * 100).toBeGreaterThan(percent * before.filter(serves).length);
      }),
    );
  });
});

test.each([
  ['10.0.0.1', '10.0.0.1:80'],
  ['2001:db8::1', '[2001:db8::1]:80'],
])('%s with a port is %s', (address, text) => {
  expect(addressOf({ address, port: 80 })).toBe(text);
});
