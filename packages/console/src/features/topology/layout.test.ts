import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutGraph, MAX_ZOOM, NODE_HEIGHT, NODE_WIDTH, viewOf } from './layout.ts';

const edge = (source: string, target: string) => ({ source, target });

test('callers stand left of callees, by the longest way', () => {
  const places = layoutGraph(['a', 'b', 'c', 'd'], [edge('a', 'b'), edge('b', 'c'), edge('a', 'c'), edge('c', 'd')]);
  const x = (id: string): number => places.get(id)?.x ?? Number.NaN;
  expect(x('a')).toBeLessThan(x('b'));
  expect(x('b')).toBeLessThan(x('c'));
  expect(x('c')).toBeLessThan(x('d'));
});

test('circles, calls of itself and unknown ends do not hang it', () => {
  const places = layoutGraph(['a', 'b', 'c'], [edge('a', 'b'), edge('b', 'a'), edge('c', 'c'), edge('a', 'gone')]);
  expect(places.size).toBe(3);
});

test('every node has a place of its own, and the same graph the same picture', () => {
  const name = fc.integer({ min: 0, max: 60 }).map((at) => `n${at}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 60 }),
      fc.array(fc.tuple(name, name), { maxLength: 120 }),
      (ids, pairs) => {
        const edges = pairs.map(([source, target]) => edge(source, target));
        const places = layoutGraph(ids, edges);
        expect([...places.keys()].sort()).toEqual([...ids].sort());
        const all = [...places.values()];
        all.forEach((one, at) => {
          for (const other of all.slice(at + 1)) {
            const apart = Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT;
            expect(apart).toBe(true);
          }
        });
        expect([...layoutGraph([...ids].reverse(), edges)].sort()).toEqual([...places].sort());
      },
    ),
    { numRuns: 60 },
  );
});

test('a window shows every node whole, in the middle, and a small graph enlarged', () => {
  const place = fc.record({ x: fc.integer({ min: -9000, max: 9000 }), y: fc.integer({ min: -9000, max: 9000 }) });
  const size = fc.record({ width: fc.integer({ min: 100, max: 3000 }), height: fc.integer({ min: 100, max: 2000 }) });
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 50 }), size, (places, window) => {
      const view = viewOf(places, window);
      if (view === null) throw new Error('nothing is shown');
      expect(view.zoom).toBeLessThanOrEqual(MAX_ZOOM);
      for (const { x, y } of places) {
        const left = (x - NODE_WIDTH / 2 - view.middle.x) * view.zoom + window.width / 2;
        const top = (y - NODE_HEIGHT / 2 - view.middle.y) * view.zoom + window.height / 2;
        expect(left).toBeGreaterThanOrEqual(23.9);
        expect(left + NODE_WIDTH * view.zoom).toBeLessThanOrEqual(window.width - 23.9);
        expect(top).toBeGreaterThanOrEqual(23.9);
        expect(top + NODE_HEIGHT * view.zoom).toBeLessThanOrEqual(window.height - 23.9);
      }
    }),
  );
  expect(viewOf([{ x: 0, y: 0 }], { width: 0, height: 0 })).toBeNull();
  expect(viewOf([], { width: 800, height: 600 })).toBeNull();
});
