import { expect, test } from 'vitest';
import { liveStates } from './live-states.ts';

const node = {
  id: 'p1',
  app: 'shop',
  ip: '10.0.0.1',
  zone: '',
  dataCenter: '',
  cluster: '',
  labels: {},
  version: '0.1.0',
  pid: 1,
  startedAtMs: 1000,
  adminPort: 0,
  instanceId: '000001',
  tenantId: 't',
  workspaceId: 'w',
  tenant: '',
  workspace: '',
  accessKey: '',
};
const on =
  (...ids: readonly number[]) =>
  (id: number) =>
    ids.includes(id);
const states = (events: readonly (readonly [atMs: number, kind: string, message: string])[], isOn = on(5, 6)) =>
  [...liveStates({ node, events: events.map(([atMs, kind, message]) => ({ atMs, kind, message })) }, isOn)].sort();

const OPEN = [2000, 'fuse.open', 'rule 5 of reviews.bookinfo:9080@Http1#get IN'] as const;
const OUT = [2000, 'isolate.begin', '10.0.0.9:80 of reviews:9080@Http1, rule 6: 3 of 4 calls failed'] as const;

test('what began is going on until it ends', () => {
  expect(states([OPEN, OUT])).toEqual(['breaker-open', 'isolating']);
  expect(states([OPEN, [3000, 'fuse.half', OPEN[2]]])).toEqual(['breaker-open']);
  expect(states([OPEN, OUT, [3000, 'fuse.close', OPEN[2]]])).toEqual(['isolating']);
  expect(states([OUT, [3000, 'isolate.end', '10.0.0.9:80 of reviews:9080@Http1, rule 6']])).toEqual([]);
  expect(states([OUT, [3000, 'isolate.end', '10.0.0.8:80 of reviews:9080@Http1, rule 6']])).toEqual(['isolating']);
});

test('neither a rule that is off nor a run of the proxy before this one has a state', () => {
  expect(states([OPEN, OUT], on(6))).toEqual(['isolating']);
  expect(states([[900, 'fuse.open', OPEN[2]]])).toEqual([]);
  expect(states([[2000, 'control.lost', 'rule 5 of x']])).toEqual([]);
});
