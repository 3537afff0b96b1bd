import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdgeSum } from './edge-sum.ts';
import { EDGE_BOUNDS_MS, EdgeOutcome, EdgeTable, OTHER_SERVICE } from './edge-table.ts';

const total = (numbers: readonly number[]): number => numbers.reduce((sum, item) => sum + item, 0);

describe('EdgeTable', () => {
  it('counts by edge and outcome, and begins anew with a flush', () => {
    const table = new EdgeTable();
    const reviews = table.index('outbound', 'Http1', 'reviews:80@Http1');
    table.record(reviews, 3, EdgeOutcome.OK);
    table.record(reviews, 0.5, EdgeOutcome.ERROR);
    table.record(reviews, 99_999, EdgeOutcome.REJECTED);
    expect(table.index('outbound', 'Http1', 'reviews:80@Http1')).toBe(reviews);
    const [edge] = table.flush();
    expect(edge).toMatchObject({
      service: 'reviews:80@Http1',
      requests: 3,
      errors: 1,
      rejected: 1,
      durationMs: 100_002.5,
    });
    // A bound belongs to its own bucket.
    expect(edge?.histogram[0]).toBe(1);
    expect(edge?.histogram[3]).toBe(1);
    expect(edge?.histogram[EDGE_BOUNDS_MS.length]).toBe(1);
    expect(table.flush()).toEqual([]);
  });

  it('keeps totals right beyond its bound', () => {
    const table = new EdgeTable(10);
    for (let service = 0; service < 1000; service++)
      table.record(table.index('outbound', 'bolt', `s${service}`), 1, EdgeOutcome.OK);
    const edges = table.flush();
    expect(edges).toHaveLength(11);
    expect(total(edges.map((edge) => edge.requests))).toBe(1000);
    expect(edges.find((edge) => edge.service === OTHER_SERVICE)?.requests).toBe(990);
  });

  it('sums over threads to what was recorded, whatever the order', () => {
    const record = fc.record({
      thread: fc.nat(2),
      service: fc.nat(4),
      ms: fc.nat(20_000),
      outcome: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(record), fc.nat(10), (records, flushEvery) => {
        const tables = [new EdgeTable(), new EdgeTable(), new EdgeTable()];
        const sum = new EdgeSum();
        records.forEach(({ thread, service, ms, outcome }, at) => {
          const table = tables[thread] as EdgeTable;
          table.record(table.index('inbound', 'Http1', `s${service}`), ms, outcome as EdgeOutcome);
          if (at % (flushEvery + 1) === 0) sum.add(table.flush());
        });
        for (const table of tables) sum.add(table.flush());
        const edges = sum.take();
        expect(total(edges.map((edge) => edge.requests))).toBe(records.length);
        expect(total(edges.map((edge) => edge.durationMs))).toBe(total(records.map((item) => item.ms)));
        expect(total(edges.flatMap((edge) => edge.histogram))).toBe(records.length);
        expect(total(edges.map((edge) => edge.errors))).toBe(records.filter((item) => item.outcome === 1).length);
        expect(sum.take()).toEqual([]);
      }),
    );
  });
});
