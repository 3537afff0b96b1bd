import type { Rollout } from '@weft/api';
import { expect, it } from 'vitest';
import { rolloutText } from './rollout-text.ts';

const RULE = { app: 'reviews', name: 'reviews-qps' };
const NOBODY = { requests: 0, errorRate: null, rejectRate: null, rtMs: null, p99Ms: null };
const instance = (proxyId: string, selected: boolean): Rollout['instances'][number] => ({
  proxyId,
  selected,
  app: 'reviews',
  ip: '10.0.0.1',
  sentVersion: 2,
  version: 2,
  expected: 2,
  result: 'APPLIED',
  reason: '',
  at: '2026-01-01T00:00:00.000Z',
  elapsedMs: 3,
});
const RUNNING: Rollout = {
  rolloutId: 1,
  state: 'RUNNING',
  step: 1,
  stepCount: 2,
  percent: 5,
  selected: 1,
  applied: 1,
  subscribers: 3,
  ruleDbId: 11,
  steps: [
    { percent: 5, waitSec: 60, guard: { maxErrorRate: 0.01, maxRtIncreaseMs: 20 } },
    { percent: 100, waitSec: 30 },
  ],
  selector: {},
  autoPromote: true,
  comment: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  startedBy: 'ann',
  endedAt: null,
  endedBy: null,
  secondsLeft: 60,
  text: '5 % for another 60 s',
  said: { id: 'change.stored', params: {} },
  changes: [],
  dataIds: [],
  instances: [instance('aaaaaaaa-1', true), instance('bbbbbbbb-2', false)],
  figures: {
    windowSec: 60,
    selected: { requests: 200, errorRate: 0.005, rejectRate: 0, rtMs: 3, p99Ms: 12 },
    reference: NOBODY,
    referenceOf: 'others',
  },
  breach: null,
  history: [],
};
const linesOf = (more: Partial<Rollout> = {}): string[] => rolloutText(RULE, { ...RUNNING, ...more }).split('\n');
const cells = (line: string | undefined): string[] => (line ?? '').trim().split(/ {2,}/);

it('says who tries it, how they fare beside the others, and when it gives up', () => {
  const lines = linesOf();
  expect(lines[0]).toBe('reviews/reviews-qps: rollout 1, RUNNING, step 1 of 2, 5 % (1 of 3 proxies)');
  expect(lines).toContain('  1 of 1 selected proxies have it');
  expect(cells(lines.find((line) => line.startsWith('1 (now)')))).toEqual([
    '1 (now)',
    '5 %',
    '60',
    'errors +1 %, time +20 ms',
  ]);
  expect(cells(lines.find((line) => line.startsWith('2 ')))).toEqual(['2', '100 %', '30', '-']);
  expect(cells(lines.find((line) => line.startsWith('with it')))).toEqual([
    'with it',
    '200',
    '0.5 %',
    '0 %',
    '3 ms',
    '12 ms',
  ]);
  expect(cells(lines.find((line) => line.startsWith('the other proxies')))).toEqual([
    'the other proxies',
    '0',
    '-',
    '-',
    '-',
    '-',
  ]);
  expect(cells(lines.find((line) => line.startsWith('aaaaaaaa')))).toEqual([
    'aaaaaaaa',
    'reviews',
    '10.0.0.1',
    'yes',
    'APPLIED',
  ]);
  expect(lines.filter((line) => line.includes('bbbbbbbb'))).toEqual([]);
});

it('warns where nobody is selected, and where nobody is there', () => {
  expect(linesOf({ selected: 0, applied: 0 })).toContain(
    '  ! no connected proxy is selected: nobody tries it at this share',
  );
  expect(linesOf({ selected: 0, subscribers: 0 })[0]).toContain('5 % (no proxy is connected)');
});

it('says of one that is over what it came to, and nothing of proxies that it does not count any more', () => {
  const ended = {
    state: 'ABORTED',
    endedAt: '2026-01-01T00:01:00.000Z',
    endedBy: 'ann',
    selected: 0,
    applied: 0,
    subscribers: 0,
  } as const;
  const lines = linesOf({ ...ended, text: 'given up: every proxy has the content from before' });
  expect(lines[0]).toBe('reviews/reviews-qps: rollout 1, ABORTED, step 1 of 2, 5 %');
  expect(lines[1]).toBe('  given up: every proxy has the content from before');
  expect(lines.join('\n')).not.toMatch(/connected|\(now\)|has it/);
});

it('says which bound was passed, by how much, and where', () => {
  const breach: NonNullable<Rollout['breach']> = {
    at: '2026-01-01T00:01:00.000Z',
    limit: 0.01,
    found: 0.25,
    reference: 0,
    referenceOf: 'before',
    requests: 40,
    windowSec: 60,
    proxies: ['aaaaaaaa-1'],
    guard: 'maxErrorRate',
    reason: '',
  };
  expect(linesOf({ breach })).toContain(
    '  ✗ errors: 25 %, the 5 minutes before: 0 %, at most 1 % more; 40 requests in 60 s through aaaaaaaa-1',
  );
  expect(linesOf({ breach: { ...breach, guard: 'maxRtIncreaseMs', found: 31.234, limit: 20 } })).toContain(
    '  ✗ mean time: 31.23 ms, the 5 minutes before: 0 ms, at most 20 ms more; 40 requests in 60 s through aaaaaaaa-1',
  );
  expect(linesOf({ breach: { ...breach, guard: 'refused', reason: 'no such field' } })).toContain(
    '  ✗ refused by aaaaaaaa-1: no such field',
  );
});
