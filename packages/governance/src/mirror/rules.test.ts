import { createRandom } from '@weft/kit';
import { CopyResult, RuleCounter, RuleDirection } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, startRules } from '../common/test-rules.ts';
import { checkMirrorBody, mirror, toMirrorDocument } from './index.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const bolt = (atMs = 0, more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: ECHO, method: 'echo', atMs, ...more });
const rule = (more: object = {}): object => ({ ruleDbId: 8, services: [ECHO], targetCluster: 'shadow', ...more });
type Options = Parameters<typeof startRules>[2];
const start = (rules: readonly object[], options: Options = {}) => startRules(mirror, rules, options);

test('a rule that names a call by gRPC and by Triple copies it once', () => {
  const { ask } = start([rule({ services: ['a.B@grpc', 'a.B@tri'] }), rule({ ruleDbId: 9, services: ['a.B@tri'] })]);
  const { decision } = ask(describedRequest({ protocol: 'grpc', service: 'a.B', method: 'Say' }));
  expect(decision.copies).toHaveLength(2);
});

test('a request passes, and a copy of it is wanted, as the rule says', () => {
  const { ask, slots } = start([
    rule({
      amplification: 3,
      broadcast: true,
      stripHeaders: ['a'],
      addHeaders: { b: 'c' },
      maxBodyBytes: 10,
      maxPending: 2,
    }),
  ]);
  const request = ask(bolt());
  expect(request.verdict).toBe(PASS);
  expect(request.decision.copies).toHaveLength(1);
  expect(request.decision.copies[0]?.copy).toMatchObject({
    cluster: 'shadow',
    addresses: [],
    times: 3,
    toEveryHost: true,
    removeHeaders: ['a'],
    setHeaders: [['b', 'c']],
    hostSuffix: '-shadow',
    maxBodyBytes: 10,
    maxPending: 2,
  });
  request.end(5);
  expect(request.decision.copies).toHaveLength(0);
  const { counters, row } = slots[0] as (typeof slots)[number];
  expect([counters[row + RuleCounter.PASS], counters[row + RuleCounter.COMPLETE]]).toEqual([1, 1]);
});

test('all rules that match copy, each for itself', () => {
  const { ask } = start([
    rule({ ruleDbId: 1 }),
    rule({ ruleDbId: 2, targetCluster: '', targetAddresses: ['10.0.0.7:80'] }),
    rule({ ruleDbId: 3, conditions: [{ type: 'HEADER', field: 'x', operation: 'EQUAL', value: ['1'] }] }),
    rule({ ruleDbId: 4, methods: ['other'] }),
  ]);
  const targets = (request: ReturnType<typeof bolt>) =>
    ask(request).decision.copies.map(({ copy }) => copy.cluster || copy.addresses[0]);
  expect(targets(bolt())).toEqual(['shadow', '10.0.0.7:80']);
  expect(targets(bolt(0, { headers: { x: '1' } }))).toHaveLength(3);
});

test.each([10, 50, 99.5])('%d % of the requests, by chance', (percent) => {
  const random = createRandom(7);
  const { ask } = start([rule({ percent })], { random: () => random.next() });
  let copied = 0;
  for (let i = 0; i < 20_000; i++) copied += ask(bolt()).decision.copies.length;
  expect(Math.abs(copied / 200 - percent)).toBeLessThan(1.5);
});

test('a service that a rule names twice is copied once', () => {
  const { ask } = start([rule({ services: [ECHO, ECHO], methods: ['*', '*'] })]);
  expect(ask(bolt()).decision.copies).toHaveLength(1);
});

describe('lines and counts', () => {
  const copied = (atMs: number, result: CopyResult, started = start([rule()]), reason = '') => {
    const { copies } = started.ask(bolt(atMs, { headers: { sofaTraceId: 'abc' } })).decision;
    const { copy, note } = copies[0] as (typeof copies)[number];
    copy.onCopied(result, 3.4, '10.0.0.7:80', reason, note);
    return started;
  };

  test('one line a second says what became of a copy', () => {
    const started = copied(0, CopyResult.OK);
    copied(500, CopyResult.OK, started);
    copied(1000, CopyResult.FAILED, started, 'timed out');
    expect(started.lines).toEqual([
      `mirror.log [INFO] [mirror] abc ${ECHO}:i:r -> 10.0.0.7:80 ok 3`,
      `mirror.log [INFO] [mirror] abc ${ECHO}:i:r -> 10.0.0.7:80 failed 3 timed out`,
    ]);
    const counts = started.slots.slice(1).map(({ counters, row }) => counters[row + RuleCounter.PASS]);
    expect(counts).toEqual([2, 0, 1, 0, 0]);
  });

  test('every drop is a line, up to a hundred a second', () => {
    const started = start([rule()]);
    for (let i = 0; i < 150; i++) copied(0, CopyResult.DROPPED, started, 'the body is too long');
    started.set.tick(1000);
    expect(started.lines).toHaveLength(101);
    expect(started.lines[1]).toBe(
      `mirror.log [WARN] [mirror] - ${ECHO}:i:r -> 10.0.0.7:80 dropped the body is too long`,
    );
    expect(started.lines.at(-1)).toContain('dropped, … repeated 50 times');
    const [dropped] = started.slots.slice(-2);
    expect(dropped?.counters[dropped.row + RuleCounter.PASS]).toBe(150);
  });
});

describe('explained', () => {
  const detail = (more: object): unknown[] =>
    start([rule(more)])
      .set.explain(RuleDirection.SERVER, bolt())
      .map(({ verdict, detail: text }) => [verdict, text]);

  test.each([
    [{ percent: 10 }, 'pass', '10 % of the requests are copied to shadow'],
    [
      { amplification: 3, broadcast: true },
      'pass',
      '100 % of the requests are copied 3 times to every instance of shadow',
    ],
    [
      { targetCluster: '', targetAddresses: ['10.0.0.7:80', '[fd00::7]:80'] },
      'pass',
      '100 % of the requests are copied to 10.0.0.7:80, [fd00::7]:80',
    ],
    [{ percent: 0 }, 'skipped', '0 % of the requests are copied'],
    [{ mode: 'OBSERVE' }, 'skipped', 'a watching rule copies nothing'],
  ])('%o', (more, verdict, text) => expect(detail(more)).toEqual([[verdict, text]]));
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(2));
test.each(exampleFiles(folder))('example %s is a rule that is taken', (file) => {
  playExample(new URL(file, folder), mirror, checkMirrorBody, toMirrorDocument);
});
