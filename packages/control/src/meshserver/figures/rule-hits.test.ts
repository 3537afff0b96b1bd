import { createFakeClock } from '@weft/kit/testing';
import { describe, expect, test } from 'vitest';
import { RuleHitFigures } from './rule-hits.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const PROXY = { id: 'proxy-1', ip: '10.0.0.1', app: 'reviews' };
const DOCUMENT = 'limit:reviews';

function figures(now = NOW) {
  const clock = createFakeClock(now);
  const hits = new RuleHitFigures(clock);
  const add = (
    count: Partial<{ passed: number; rejected: number; wouldReject: number }>,
    atMs = clock.wallNow(),
    more = {},
  ) =>
    hits.add('i', { ...PROXY, ...more }, { ruleDbId: 7, passed: 0, rejected: 0, wouldReject: 0, ...count }, atMs, []);
  return { hits, add, clock };
}

describe('counts', () => {
  test('of the last five minutes are what was refused, or would have been', () => {
    const { hits, add, clock } = figures();
    add({ passed: 100, rejected: 2 });
    add({ wouldReject: 3 });
    expect(hits.recent('i', 7)).toBe(5);
    expect(hits.recent('i', 7, true)).toBe(105);
    expect(hits.recent('other', 7)).toBe(0);
    clock.advance(301_000);
    expect(hits.recent('i', 7)).toBe(0);
  });

  test('are read by steps, with what each proxy did', () => {
    const { hits, add } = figures();
    add({ passed: 4, rejected: 1 }, NOW - 120_000);
    add({ rejected: 6 }, NOW - 1000, { id: 'proxy-2', ip: '10.0.0.2' });
    const { points, instances, stepSeconds } = hits.read('i', 7, NOW - 180_000, NOW, 60);
    expect(stepSeconds).toBe(60);
    expect(points.map(({ passed, rejected }) => [passed, rejected])).toEqual([
      [0, 0],
      [4, 1],
      [0, 6],
    ]);
    expect(points[0]?.at).toBe('2026-03-01T11:57:00.000Z');
    expect(instances).toEqual([
      { proxyId: 'proxy-1', ip: '10.0.0.1', passed: 4, rejected: 1, wouldReject: 0 },
      { proxyId: 'proxy-2', ip: '10.0.0.2', passed: 0, rejected: 6, wouldReject: 0 },
    ]);
  });

  test('are found in coarser steps when they are old', () => {
    const { hits, add } = figures();
    const old = { minutes: NOW - 20 * 3_600_000, hours: NOW - 20 * 24 * 3_600_000 };
    add({ rejected: 3 }, old.hours);
    add({ rejected: 2 }, old.minutes);
    expect(hits.between('i', 7, old.minutes - 60_000, old.minutes + 60_000)).toEqual({ rejected: 2, wouldReject: 0 });
    expect(hits.between('i', 7, old.hours - 3_600_000, old.hours + 3_600_000)).toEqual({ rejected: 3, wouldReject: 0 });
    expect(
      hits.read('i', 7, old.hours - 3_600_000, NOW, 86_400).points.reduce((sum, { rejected }) => sum + rejected, 0),
    ).toBe(5);
  });

  test('of nothing are not kept', () => {
    const { hits, add } = figures();
    expect(add({})).toBe(false);
    expect([...hits.stored()]).toEqual([]);
  });

  test('of a rule that is forgotten are gone', () => {
    const { hits, add } = figures();
    add({ rejected: 2 });
    hits.forget('i', 7);
    expect(hits.recent('i', 7)).toBe(0);
    expect(hits.isActing('i', 7, 'reviews')).toBe(false);
  });
});

describe('the first act of a rule as it is now', () => {
  test('is told once for each app', () => {
    const { hits, add } = figures();
    expect(add({ rejected: 1 })).toBe(true);
    expect(add({ rejected: 1 })).toBe(false);
    expect(add({ rejected: 1 }, NOW, { app: 'ratings' })).toBe(true);
    expect([hits.isActing('i', 7, 'ratings'), hits.isActing('i', 8, 'ratings')]).toEqual([true, false]);
  });

  test('is told again after a change, by a proxy that has the change', () => {
    const { hits, add } = figures();
    const at = (version: number): boolean =>
      hits.add('i', PROXY, { ruleDbId: 7, passed: 0, rejected: 1, wouldReject: 0 }, NOW, [
        { dataId: DOCUMENT, version },
      ]);
    add({ rejected: 1 });
    hits.changed('i', 7, [{ dataId: DOCUMENT, version: 5 }]);
    expect(hits.isActing('i', 7, 'reviews')).toBe(false);
    expect(at(4)).toBe(false);
    expect(at(5)).toBe(true);
    expect(at(5)).toBe(false);
  });
});

test('what was stored goes on in another run', () => {
  const first = figures();
  first.add({ passed: 1, rejected: 2 });
  const second = figures();
  for (const series of first.hits.stored()) {
    const restored = second.hits.restore(series.storedKey);
    expect(restored?.rings).toHaveLength(series.rings.length);
    series.rings.forEach((ring, index) => {
      for (const { place, epoch, cells } of ring.takeDirty().chunks)
        restored?.rings[index]?.restore(place, epoch, cells);
    });
  }
  expect(second.hits.recent('i', 7, true)).toBe(3);
  expect(second.hits.read('i', 7, NOW - 60_000, NOW + 1000, 60).instances).toMatchObject([
    { proxyId: 'proxy-1', rejected: 2 },
  ]);
});
