import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { DOWNSTREAM, PROCESS, UPSTREAM } from './cells.ts';
import { OTHER } from './own-series.ts';
import { recordDownstreamRequest, recordUpstreamDuration } from './record.ts';
import { openStats } from './segments.ts';
import { StatsStore } from './store.ts';

test('threads add up, and the same labels give the same block', () => {
  const store = new StatsStore(2);
  const block = store.allocate('upstream', { cluster: 'a' });
  openStats(block.ref(0))[UPSTREAM.request_total]! += 3;
  openStats(block.ref(1))[UPSTREAM.request_total]! += 4;
  block.base[UPSTREAM.request_total]! += 5;
  expect(store.sum(block)[UPSTREAM.request_total]).toBe(12);
  expect(store.read(block, 1)[UPSTREAM.request_total]).toBe(4);
  expect(store.allocate('upstream', { cluster: 'a' })).toBe(block);
  expect(store.allocate('downstream', { cluster: 'a' })).not.toBe(block);
  expect(() => block.ref(2)).toThrow(/no data thread 2/);
});

test('a block never shares a cell with another', () => {
  const store = new StatsStore(1);
  const blocks = Array.from({ length: 300 }, (_, i) =>
    store.allocate(i % 3 === 0 ? 'downstream' : 'upstream', { cluster: String(i), listener: String(i) }),
  );
  for (const [i, block] of blocks.entries()) openStats(block.ref(0)).fill(i);
  for (const [i, block] of blocks.entries()) expect(new Set(openStats(block.ref(0)))).toEqual(new Set([i]));
  expect(store.sharedBytes).toBe(4 * 4096 * 8);
});

test('a reference crosses to a real thread', async () => {
  const store = new StatsStore(1);
  const block = store.allocate('process', {});
  const worker = new Worker(
    `const { workerData: ref } = require('node:worker_threads');
     new Float64Array(ref.buffer, ref.byteOffset, ref.length)[${PROCESS.flushes}] += 7;`,
    { eval: true, workerData: block.ref(0) },
  );
  await new Promise((resolve) => worker.once('exit', resolve));
  expect(store.sum(block)[PROCESS.flushes]).toBe(7);
});

test('minimum and maximum are merged, and 0 without a reading', () => {
  const store = new StatsStore(2);
  const block = store.allocate('upstream', { cluster: 'a' });
  expect(store.sum(block)[UPSTREAM.request_duration_time_min]).toBe(0);
  recordUpstreamDuration(openStats(block.ref(0)), 4);
  recordUpstreamDuration(openStats(block.ref(1)), 2);
  const sum = store.sum(block);
  expect(sum[UPSTREAM.request_duration_time_min]).toBe(2e6);
  expect(sum[UPSTREAM.request_duration_time_max]).toBe(4e6);
  expect(sum[UPSTREAM.request_duration_time_total]).toBe(6e6);
});

test('a finished request is counted in every time cell', () => {
  const store = new StatsStore(1);
  const block = store.allocate('downstream', { listener: 'a', port: '1' });
  recordDownstreamRequest(openStats(block.ref(0)), 404, 12, 0.03);
  const sum = store.sum(block);
  expect(sum[DOWNSTREAM.request_404_total]).toBe(1);
  expect(sum[DOWNSTREAM.duration_bucket + 5]).toBe(1);
  expect(sum[DOWNSTREAM.duration_sum]).toBeCloseTo(0.012);
  expect(sum[DOWNSTREAM.overhead_bucket + 2]).toBe(1);
  expect(sum[DOWNSTREAM.process_time_total]).toBeCloseTo(30_000);
});

test('a dead thread leaves its counters and takes its gauges', () => {
  const store = new StatsStore(2);
  const block = store.allocate('downstream', { listener: 'a' });
  const dead = openStats(block.ref(1));
  dead[DOWNSTREAM.request_total] = 10;
  dead[DOWNSTREAM.request_active] = 3;
  recordDownstreamRequest(dead, 200, 5, 1);
  openStats(block.ref(0))[DOWNSTREAM.request_active] = 1;
  store.foldThread(1);
  let sum = store.sum(block);
  expect(sum[DOWNSTREAM.request_total]).toBe(10);
  expect(sum[DOWNSTREAM.request_active]).toBe(1);
  expect(sum[DOWNSTREAM.request_time_min]).toBe(5e6);
  dead[DOWNSTREAM.request_total]!++;
  recordDownstreamRequest(dead, 200, 2, 1);
  store.foldThread(1);
  sum = store.sum(block);
  expect(sum[DOWNSTREAM.request_total]).toBe(11);
  expect(sum[DOWNSTREAM.request_time_min]).toBe(2e6);
  expect(sum[DOWNSTREAM.request_200_total]).toBe(2);
});

test('a released block goes after its idle time, not while a gauge is up or events come', () => {
  const store = new StatsStore(1, { idleMs: 100 });
  const block = store.allocate('upstream', { cluster: 'a' });
  const cells = openStats(block.ref(0));
  store.sweep(0);
  store.sweep(1000);
  expect([...store.blocks()]).toHaveLength(1);
  cells[UPSTREAM.request_active] = 1;
  store.release(block);
  for (const now of [2000, 3000, 4000]) expect(store.sweep(now)).toBe(0);
  cells[UPSTREAM.request_active] = 0;
  expect(store.sweep(4000)).toBe(0);
  cells[UPSTREAM.request_total]!++;
  expect(store.sweep(4100)).toBe(0);
  expect(store.sweep(4199)).toBe(0);
  expect(store.sweep(4200)).toBe(1);
  expect([...store.blocks()]).toHaveLength(0);
  const next = store.allocate('upstream', { cluster: 'b' });
  expect(next.ref(0).byteOffset).toBe(block.ref(0).byteOffset);
  expect(store.sum(next)[UPSTREAM.request_total]).toBe(0);
});

test('a reload keeps the block: the new user comes before the old one goes', () => {
  const store = new StatsStore(1, { idleMs: 0 });
  const first = store.allocate('upstream', { cluster: 'a' });
  store.allocate('upstream', { cluster: 'a' });
  store.release(first);
  store.sweep(0);
  store.sweep(10);
  expect([...store.blocks()]).toEqual([first]);
});

test('past the limit label sets share one block, and the total stays exact', () => {
  const store = new StatsStore(1, { maxBlocks: 10 });
  for (let i = 0; i < 100; i++)
    openStats(store.allocate('upstream', { cluster: `c${i}` }).ref(0))[UPSTREAM.request_total]!++;
  const blocks = [...store.blocks()];
  expect(blocks).toHaveLength(11);
  expect(blocks.at(-1)!.labels).toEqual({ cluster: OTHER });
  expect(blocks.reduce((total, block) => total + store.sum(block)[UPSTREAM.request_total]!, 0)).toBe(100);
  const folded = [...store.families()].find((family) => family.definition.name === 'weft_metrics_folded_total');
  expect([...folded!.series.values()].map((series) => series.value)).toEqual([90]);
});

test('own metrics: label order does not matter, types are kept, the number is bounded', () => {
  const store = new StatsStore(1, { maxSeries: 50 });
  store.counter('weft_proxy_config_applied_total', { source: 'admin', result: 'ok' });
  store.counter('weft_proxy_config_applied_total', { result: 'ok', source: 'admin' }, 2);
  const family = [...store.families()][0]!;
  expect([...family.series.values()].map((series) => series.value)).toEqual([3]);
  expect(() => store.setGauge('weft_proxy_config_applied_total', {}, 1)).toThrow(/is a counter, not a gauge/);
  expect(() => store.counter('downstream_request_total', {})).toThrow(/is a cell of a block/);
  for (let i = 0; i < 1000; i++) store.counter('plugin_events_total', { service: `s${i}` });
  const events = [...store.families()].find(({ definition }) => definition.name === 'plugin_events_total')!;
  expect(events.series.size).toBeLessThanOrEqual(50);
  expect([...events.series.values()].reduce((total, series) => total + series.value, 0)).toBe(1000);
});

test('own histograms count into the bucket whose bound is reached', () => {
  const store = new StatsStore(1);
  store.define({ name: 'h_seconds', type: 'histogram', labels: [], unit: 'seconds', help: 'H.', bounds: [1, 2] });
  for (const value of [0.5, 1, 1.5, 2, 3, Number.NaN]) store.observe('h_seconds', {}, value);
  const [series] = [...store.families()].find(({ definition }) => definition.name === 'h_seconds')!.series.values();
  expect(series!.buckets).toEqual([2, 2, 2]);
});
