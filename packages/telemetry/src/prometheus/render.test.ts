import { expect, test } from 'vitest';
import { DOWNSTREAM, OTHER, openStats, recordDownstreamRequest, StatsStore, UPSTREAM } from '../stats/index.ts';
import { renderMosnStats, renderStatsGlob } from './mosn-stats.ts';
import { sampleProcess } from './process-metrics.ts';
import { renderPrometheus } from './render.ts';
import { escapeLabel, labelText, validName } from './text.ts';

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Reads the text format as strictly as a scraper does. */
function parseText(text: string): { samples: Sample[]; types: Map<string, string> } {
  expect(text.endsWith('\n')).toBe(true);
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const helps = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP (\S+) .+$/.exec(line);
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (\S+)$/.exec(
      line,
    );
    if (help !== null) {
      expect(helps.has(help[1]!), `HELP of ${help[1]} twice`).toBe(false);
      helps.add(help[1]!);
    } else if (type !== null) {
      expect(types.has(type[1]!)).toBe(false);
      types.set(type[1]!, type[2]!);
    } else {
      if (sample === null) throw new Error(`not a sample: ${line}`);
      samples.push({
        name: sample[1]!,
        labels: sample[2]!,
        value: sample[3] === '+Inf' ? Infinity : Number(sample[3]),
      });
    }
  }
  const keys = samples.map((sample) => sample.name + sample.labels);
  expect(new Set(keys).size).toBe(keys.length);
  const untyped = samples.filter(
    ({ name }) => !types.has(name) && !types.has(name.replace(/_(bucket|sum|count)$/, '')),
  );
  expect(untyped).toEqual([]);
  return { samples, types };
}

function fixture(): StatsStore {
  const store = new StatsStore(2);
  store.allocate('process', {});
  const listener = store.allocate('downstream', { listener: 'in', port: '80', direction: 'in', protocol: 'Http1' });
  const other = store.allocate('downstream', { listener: 'in', port: '80', direction: 'in', protocol: 'Http2' });
  for (const thread of [0, 1]) {
    const cells = openStats(listener.ref(thread));
    cells[DOWNSTREAM.request_total]!++;
    recordDownstreamRequest(cells, 200, 0.4, 0.02);
  }
  recordDownstreamRequest(openStats(other.ref(0)), 503, 40_000, 0.02);
  openStats(store.allocate('upstream', { cluster: 'b' }).ref(0))[UPSTREAM.request_total] = 5;
  store.allocate('upstream', { cluster: 'a' });
  store.counter('healthcheck_attempt', { service: 'b' }, 4);
  return store;
}

test('the text parses, has HELP and TYPE once per name, and sums threads and protocols', () => {
  const text = renderPrometheus(fixture(), { process: sampleProcess() });
  const { samples, types } = parseText(text);
  const value = (name: string, labels = ''): number | undefined =>
    samples.find((s) => s.name === name && s.labels === labels)?.value;
  expect(value('downstream_request_total', '{listener="in",port="80"}')).toBe(2);
  expect(value('downstream_request_503_total', '{listener="in",port="80"}')).toBe(1);
  expect(value('downstream_request_time_min', '{listener="in",port="80"}')).toBe(400_000);
  expect(value('upstream_request_duration_time_min', '{cluster="a"}')).toBe(0);
  expect(value('upstream_request_total', '{cluster="b"}')).toBe(5);
  const http1 = '{direction="in",listener="in",protocol="Http1"';
  expect(value('weft_request_duration_seconds_bucket', `${http1},le="0.0005"}`)).toBe(2);
  expect(value('weft_request_duration_seconds_bucket', `${http1},le="+Inf"}`)).toBe(2);
  expect(value('weft_request_duration_seconds_count', `${http1}}`)).toBe(2);
  const http2 = '{direction="in",listener="in",protocol="Http2"';
  expect(value('weft_request_duration_seconds_bucket', `${http2},le="30"}`)).toBe(0);
  expect(value('weft_request_duration_seconds_bucket', `${http2},le="+Inf"}`)).toBe(1);
  expect(types.get('downstream_request_active')).toBe('gauge');
  expect(types.get('downstream_request_failed')).toBe('counter');
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  if (process.platform === 'linux') expect(value('process_open_fds')).toBeGreaterThan(2);
});

test('two scrapes of the same numbers are the same text, whatever the order of allocation', () => {
  const one = new StatsStore(1);
  const two = new StatsStore(1);
  for (const name of ['b', 'a', 'c']) one.allocate('upstream', { cluster: name });
  for (const name of ['c', 'b', 'a']) two.allocate('upstream', { cluster: name });
  expect(renderPrometheus(one)).toBe(renderPrometheus(two));
});

test('hostile label values and names stay one label', () => {
  const store = new StatsStore(1);
  store.allocate('upstream', { cluster: 'a"} 1\nb\\\ud800' });
  store.setGauge('plugin.size-bytes', { 'the label': 'x' }, 1);
  const { samples } = parseText(renderPrometheus(store));
  expect(samples.some((sample) => sample.labels === '{cluster="a\\"} 1\\nb\\\\\ufffd"}')).toBe(true);
  expect(escapeLabel('plain')).toBe('plain');
  expect(labelText({})).toBe('');
  expect(validName('9a.b')).toBe('_a_b');
});

test('20 000 series are the limit: totals stay exact and key series keep their labels', () => {
  const store = new StatsStore(1);
  const clusters = 2000;
  for (let i = 0; i < clusters; i++) {
    const cells = openStats(store.allocate('upstream', { cluster: `c${i}` }).ref(0));
    cells[UPSTREAM.request_total] = 1;
    cells[UPSTREAM.request_retry] = 2;
  }
  const { samples } = parseText(renderPrometheus(store));
  expect(samples.length).toBeLessThanOrEqual(20_000);
  expect(samples.length).toBeGreaterThan(19_900);
  const of = (name: string): Sample[] => samples.filter((sample) => sample.name === name);
  const total = (name: string): number => of(name).reduce((sum, sample) => sum + sample.value, 0);
  expect(of('upstream_request_total')).toHaveLength(clusters);
  expect(total('upstream_request_total')).toBe(clusters);
  expect(total('upstream_request_retry')).toBe(2 * clusters);
  expect(of('upstream_request_retry').some((sample) => sample.labels === `{cluster="${OTHER}"}`)).toBe(true);
  expect(of('weft_metrics_folded_groups')[0]!.value).toBeGreaterThan(1000);
});

test('folding of blocks and of series together shows nothing twice', () => {
  const store = new StatsStore(1, { maxSeries: 500, maxBlocks: 60 });
  for (let i = 0; i < 200; i++)
    openStats(store.allocate('upstream', { cluster: `c${i}` }).ref(0))[UPSTREAM.request_retry]!++;
  const { samples } = parseText(renderPrometheus(store));
  expect(
    samples.filter(({ name }) => name === 'upstream_request_retry').reduce((sum, { value }) => sum + value, 0),
  ).toBe(200);
});

test("MOSN's JSON: type, label set, metric, whole numbers as text", () => {
  const store = fixture();
  const stats = renderMosnStats(store)!;
  expect(stats['downstream']!['proxy.global']!['request_total']).toBe('2');
  expect(stats['downstream']!['listener.in']!['request_503_total']).toBe('1');
  expect(stats['upstream']!['cluster.b']!['request_total']).toBe('5');
  expect(stats['upstream']!['cluster.a']!['request_duration_time_min']).toBe('0');
  expect(stats['healthcheck']).toEqual({ 'service.b': { attempt: '4' } });
  expect(renderMosnStats(store, 'upstream')).toEqual({ upstream: stats['upstream'] });
  expect(renderMosnStats(store, 'downstream.proxy.global')).toEqual({
    downstream: { 'proxy.global': stats['downstream']!['proxy.global'] },
  });
  expect(renderMosnStats(store, 'downstream.listener.none')).toBeUndefined();
  expect(renderMosnStats(store, 'none')).toBeUndefined();
  expect(renderStatsGlob(store)).toMatch(/^connection_total:0\n(?:[a-z0-9_]+:\d+\n)+$/);
});
