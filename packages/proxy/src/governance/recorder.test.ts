import { createRandom } from '@weft/kit/random';
import { PlainRequestHead, RuleDirection } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecordSettings, RequestRecorder } from './recorder.ts';
import { RequestView } from './request-view.ts';

const SETTINGS: RecordSettings = {
  samplesPerSecond: 3,
  noticedPerSecond: 2,
  maxBytes: 1e9,
  maxAgeMs: 1e9,
  redact: [],
};
const NODE = { app: '', ip: '', zone: '', dataCenter: '', cluster: '', labels: {} };

/** A recorder on a clock of its own. */
function start(change: Partial<RecordSettings> = {}, threads = 1) {
  const state = { nowMs: 0 };
  const recorder = new RequestRecorder({ ...SETTINGS, ...change }, threads, () => state.nowMs, createRandom(1).next);
  const view = new RequestView(RuleDirection.SERVER, NODE);
  const ask = (service: string, caller = 'a', noticed = false, path = '/'): void => {
    const request = new PlainRequestHead('Http1', 'http', { method: 'GET', authority: service, path }, []);
    view.point(request, { id: 7, remoteAddress: '', localAddress: '' }, state.nowMs);
    const stream = { request, callerApp: caller, askedService: service, unread: () => null };
    const record = recorder.begin(RuleDirection.SERVER, stream, state.nowMs, noticed, view);
    if (record !== null) recorder.keep(record);
  };
  return { recorder, state, ask };
}

const standing = (records: readonly { readonly stands: number }[]): number =>
  records.reduce((sum, { stands }) => sum + stands, 0);

describe('a recorder', () => {
  it('has samples that stand for every request, caller by caller, whatever came when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 900 }), caller: fc.constantFrom('a', 'b', 'c') }), {
          maxLength: 300,
        }),
        (requests) => {
          const { recorder, state, ask } = start();
          for (const { gapMs, caller } of requests) {
            state.nowMs += gapMs;
            ask('s', caller);
          }
          const records = recorder.records();
          expect(standing(records)).toBe(requests.length);
          const perSecond = new Map<string, number>();
          for (const { nowMs } of records) {
            const second = String(Math.floor(nowMs / 1000));
            perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
          }
          // Three of each of three callers.
          expect(Math.max(0, ...perSecond.values())).toBeLessThanOrEqual(9);
        },
      ),
    );
  });

  it('draws each request of a second with the same chance', () => {
    const drawn = new Array<number>(30).fill(0);
    const { recorder, state, ask } = start({ samplesPerSecond: 3 });
    for (let second = 0; second < 2000; second++) {
      state.nowMs = second * 1000;
      for (let i = 0; i < 30; i++) ask('s', 'a', false, `/${i}`);
    }
    for (const { path, stands } of recorder.records()) {
      drawn[Number(path.slice(1))]!++;
      expect(stands).toBe(10);
    }
    // 200 of each are expected; the seed is fixed.
    expect(Math.min(...drawn)).toBeGreaterThan(150);
    expect(Math.max(...drawn)).toBeLessThan(250);
  });

  it('keeps what something happened to beside the sample, and only so much of it', () => {
    const { recorder, ask } = start({ samplesPerSecond: 0, noticedPerSecond: 2 });
    for (let i = 0; i < 10; i++) ask('s', 'a', i % 2 === 0);
    const records = recorder.records();
    expect(records).toHaveLength(2);
    expect(records.every(({ noticed, stands }) => noticed && stands === 0)).toBe(true);
  });

  it('has room for the sample that a storm of refusals does not take', () => {
    const { recorder, state, ask } = start({ samplesPerSecond: 1, noticedPerSecond: 1000, maxBytes: 200_000 });
    for (let second = 0; second < 100; second++) {
      state.nowMs = second * 1000;
      for (let i = 0; i < 20; i++) ask('s', 'a', true);
    }
    const records = recorder.records();
    expect(records.filter(({ stands }) => stands > 0)).toHaveLength(100);
    expect(records.filter(({ stands }) => stands === 0).length).toBeGreaterThan(40);
    expect(recorder.bytes).toBeLessThanOrEqual(200_000);
  });

  it('forgets the oldest by age', () => {
    const { recorder, state, ask } = start({ maxAgeMs: 10_000 });
    ask('s');
    state.nowMs = 9000;
    ask('s');
    expect(recorder.records()).toHaveLength(2);
    state.nowMs = 15_000;
    expect(recorder.records().map(({ atMs }) => atMs)).toEqual([9000]);
  });

  it('never holds more than its bytes, and of two threads each has a half', () => {
    const { recorder, state, ask } = start({ samplesPerSecond: 1000, maxBytes: 131_072 }, 2);
    for (let i = 0; i < 5000; i++) {
      state.nowMs += 7;
      ask(`service-${i % 7}`, 'a', false, `/${'x'.repeat(i % 400)}`);
      expect(recorder.bytes).toBeLessThanOrEqual(65_536);
    }
    const records = recorder.records();
    expect(recorder.bytes).toBeLessThanOrEqual(65_536);
    expect(records.length).toBeGreaterThan(30);
    // The newest are there.
    expect(records.at(-1)?.atMs).toBeGreaterThan(state.nowMs - 1000);
  });

  it('tells a bounded number of services apart; names that callers make up share one sample', () => {
    const { recorder, ask } = start({ samplesPerSecond: 1 });
    for (let i = 0; i < 10_000; i++) ask(`made-up-${i}`);
    const records = recorder.records();
    expect(records.length).toBeLessThanOrEqual(257);
    expect(standing(records)).toBe(10_000);
  });
});
