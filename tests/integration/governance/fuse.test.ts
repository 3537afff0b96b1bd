import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { type Answered, METHODS, PROTOCOLS, type RuleSource, SERVICES, SUCCESS, World } from './world.ts';

const LONG_MS = 3_600_000;
const fuse = (...rules: object[]): RuleSource => ({ type: 'FUSE', list: 'fuseRules', rules });
const base = { ruleDbId: 14000001, threshold: 50, floorRequestCount: 4, meltWindowMillis: LONG_MS };
const logOf = ({ proxy }: World, file: string): string => {
  const place = path.join(proxy.directory, 'logs', file);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
};

/** What a caller sees of an open circuit, in the words of each protocol. */
const REFUSED = { Http1: 503, Http2: 503, grpc: 14, tri: 14, bolt: 4, dubbo: 40, 'dubbo-thrift': 6, tars: -9 } as const;
const ERROR = { Http1: 500, Http2: 500, grpc: 13, tri: 13, bolt: 1, dubbo: 70, 'dubbo-thrift': 6, tars: -99 } as const;

describe.each(PROTOCOLS)('%s', (protocol) => {
  const rule = { ...base, services: [SERVICES[protocol]], methods: [METHODS[protocol]] };
  const ok = SUCCESS[protocol];

  it('opens by errors of the service and closes by probes, on both sides of it', async () => {
    const short = { ...rule, meltWindowMillis: 1000 };
    const world = await World.start(protocol, [
      fuse(short, { ...rule, ruleDbId: 2, direction: 'CLIENT', floorRequestCount: 6 }),
    ]);
    expect(await world.statuses(2)).toEqual([ok, ok]);
    world.service.behaviour = 'error';
    expect(await world.statuses(2)).toEqual([ERROR[protocol], ERROR[protocol]]);
    const { seen } = world.service;
    const refused = await world.ask();
    expect(refused.status).toBe(REFUSED[protocol]);
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(refused.headers).toMatchObject({
        'x-weft-reject': 'fuse',
        'x-weft-rule': '14000001',
        'retry-after': '1',
      });
    else expect(refused.text).toContain('|rule=14000001');
    expect(world.service.seen).toBe(seen);
    expect(await metric(world.proxy, 'weft_fuse_state', { rule: '14000001' })).toBe(2);
    // The other side counts for itself, what comes in and what goes out apart.
    expect(await world.statuses(6, 'out')).toEqual(new Array(6).fill(ERROR[protocol]));
    expect((await world.ask('out')).status).toBe(REFUSED[protocol]);
    world.service.behaviour = 'ok';
    await until(async () => (await world.ask()).status === ok);
    expect(await world.statuses(3)).toEqual([ok, ok, ok]);
    expect(await metric(world.proxy, 'weft_fuse_state', { rule: '14000001' })).toBe(0);
    await until(() => logOf(world, 'fuse.log').includes('to:CLOSED'));
    expect(logOf(world, 'fuse.log')).toMatch(/from:CLOSED,to:OPEN,total:4,error:2,rt:\d+,reason:errorRatio\n/);
    expect(logOf(world, 'flowcontrol-block-stat.log')).toContain(
      '|FuseSlot|0|Block(ALWAYS_BLOCK)||{"id":0,"ruleDbId":14',
    );
    await until(
      () => logOf(world, '../in.log').includes('CIRCUIT_OPEN') || logOf(world, 'in.log').includes('CIRCUIT_OPEN'),
    );
    await expectSound(world.proxy);
  });

  it('counts calls without an answer', async () => {
    const world = await World.start(protocol, [fuse({ ...rule, floorRequestCount: 3 })]);
    world.service.behaviour = 'reset';
    for (let i = 0; i < 3; i++) await world.ask().catch(() => null);
    expect((await world.ask()).status).toBe(REFUSED[protocol]);
  });
});

it.each([
  ['limit', 509, false],
  ['hijack', 509, false],
  ['auth', 500, false],
  ['fuse', 503, true],
  ['downgrade', 503, true],
])('a refusal by rules of the other side (%s) counts as an error: %s', async (word, status, counts) => {
  const rule = { ...base, services: [SERVICES.Http1], direction: 'CLIENT', floorRequestCount: 2 };
  const world = await World.start('Http1', [fuse(rule)]);
  world.service.behaviour = 'error';
  world.service.error = { status, headers: { 'x-weft-reject': word } };
  await world.statuses(2, 'out');
  const { seen } = world.service;
  await world.ask('out');
  expect(world.service.seen - seen).toBe(counts ? 0 : 1);
});

it('a listed status counts, and no other answer', async () => {
  const codes = { ...base, ruleDbId: 3, services: [SERVICES.Http1], floorRequestCount: 2, errorCodes: [200] };
  const world = await World.start('Http1', [fuse(codes)]);
  expect(await world.statuses(3)).toEqual([200, 200, 503]);
});

it('a changed threshold keeps the state, another trigger starts anew, a removed rule lets pass', async () => {
  const rule = { ...base, services: [SERVICES.Http1] };
  const world = await World.start('Http1', [fuse(rule)]);
  world.service.behaviour = 'error';
  expect(await world.statuses(5)).toEqual([500, 500, 500, 500, 503]);
  await world.change([fuse({ ...rule, threshold: 60 })]);
  expect(await world.statuses(1)).toEqual([503]);
  await world.change([fuse({ ...rule, threshold: 60, triggerWindowMillis: 20_000 })]);
  expect(await world.statuses(5)).toEqual([500, 500, 500, 500, 503]);
  await world.change([fuse()]);
  expect(await world.statuses(2)).toEqual([500, 500]);
  await expectSound(world.proxy);
});

it('one breaker for two threads, watched without effect, explained as it stands', async () => {
  const rule = { ...base, services: [SERVICES.Http1] };
  const world = await World.start(
    'Http1',
    [fuse(rule, { ...rule, ruleDbId: 9, mode: 'OBSERVE', floorRequestCount: 2 })],
    {
      threads: 2,
    },
  );
  world.service.behaviour = 'error';
  expect(await world.statuses(6)).toEqual([500, 500, 500, 500, 503, 503]);
  expect(await metric(world.proxy, 'weft_governance_total', { rule: '9', verdict: 'would_reject' })).toBe(4);
  const { body } = await world.proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&host=echo.demo:80&path=/&listener=in',
  );
  expect((JSON.parse(body) as { listeners: { rules: object[] }[] }).listeners[0]?.rules).toMatchObject([
    {
      type: 'FUSE',
      ruleDbId: 14000001,
      verdict: 'reject',
      detail: expect.stringMatching(/^OPEN for \d+ ms more$/) as string,
    },
    { type: 'FUSE', ruleDbId: 9, verdict: 'would_reject' },
  ]);
});

interface Shown {
  readonly resource: string;
  readonly rule: number;
  readonly state: string;
  readonly until: string | null;
  readonly window: Readonly<Record<string, number>>;
}
const shownBy = async ({ proxy }: World, query = ''): Promise<Shown[]> =>
  (JSON.parse((await proxy.admin('GET', `/api/v1/governance/fuse${query}`)).body) as { breakers: Shown[] }).breakers;

it.each(['Http1', 'bolt'] as const)('%s: the admin API shows breakers and closes them by hand', async (protocol) => {
  const rule = { ...base, services: [SERVICES[protocol]] };
  const world = await World.start(protocol, [fuse(rule, { ...rule, ruleDbId: 5, direction: 'CLIENT' })], {
    threads: 2,
  });
  world.service.behaviour = 'error';
  await world.statuses(3);
  expect(await shownBy(world)).toMatchObject([
    {
      resource: `${SERVICES[protocol]}:i:r`,
      rule: 14000001,
      state: 'CLOSED',
      until: null,
      window: { total: 3, errors: 3 },
    },
    { resource: `${SERVICES[protocol]}:o:r`, rule: 5, state: 'CLOSED', window: { total: 0 } },
  ]);
  await world.statuses(2);
  const [open] = await shownBy(world, '?state=open');
  expect(open).toMatchObject({ rule: 14000001, state: 'OPEN' });
  const remainingMs = Date.parse(open?.until ?? '') - Date.now();
  expect(remainingMs).toBeGreaterThan(LONG_MS - 60_000);
  expect(remainingMs).toBeLessThanOrEqual(LONG_MS);
  const reset = (query: string) => world.proxy.admin('POST', `/api/v1/governance/fuse/reset${query}`);
  expect(await reset('')).toMatchObject({ status: 400, body: expect.stringContaining('all=1') as string });
  expect((await reset('?rule=x')).body).toContain('found \\"x\\"');
  expect(JSON.parse((await reset('?rule=5')).body)).toEqual({ reset: [] });
  expect(await world.statuses(1)).toEqual([REFUSED[protocol]]);
  world.service.behaviour = 'ok';
  expect(JSON.parse((await reset(`?resource=${encodeURIComponent(`${SERVICES[protocol]}:i:r`)}`)).body)).toMatchObject({
    // As it stood before.
    reset: [{ rule: 14000001, state: 'OPEN', until: expect.any(String) as string, window: { total: 0, errors: 0 } }],
  });
  expect(await world.statuses(4)).toEqual(new Array(4).fill(SUCCESS[protocol]));
  await until(() => logOf(world, 'fuse.log').includes('from:OPEN,to:CLOSED,total:0,error:0,rt:0,reason:reset'));
  expect(JSON.parse((await reset('?all=1')).body)).toEqual({ reset: [] });
  await expectSound(world.proxy);
});

it('each instance judges itself: of two, the one that throws refuses and the other one answers', async () => {
  const rule = { ...base, services: [SERVICES.Http1], floorRequestCount: 2 };
  const throwing = await World.start('Http1', [fuse(rule)]);
  const sound = await World.start('Http1', [fuse(rule)]);
  throwing.service.behaviour = 'error';
  // Their shared caller: instances in turn, nothing is repeated, and no rules of its own.
  const caller = await World.start('Http1', [], {
    ports: [throwing.proxy.port('in'), sound.proxy.port('in')],
    ownHost: false,
  });
  expect((await caller.statuses(4, 'out')).sort()).toEqual([200, 200, 500, 500]);
  const calls: Answered[] = [];
  for (let i = 0; i < 10; i++) calls.push(await caller.ask('out'));
  const pattern = calls.map(({ status, headers }) => (status === 200 ? 'ok' : String(headers['x-weft-reject'])));
  expect([...pattern].sort()).toEqual([...new Array(5).fill('fuse'), ...new Array(5).fill('ok')]);
  expect(pattern.every((word, index) => index === 0 || word !== pattern[index - 1])).toBe(true);
  expect(throwing.service.seen).toBe(2);
});

describe.each(['Http1', 'bolt'] as const)('the worked examples over %s', (protocol) => {
  const ok = SUCCESS[protocol];
  const error = ERROR[protocol];
  const refused = REFUSED[protocol];
  const rule = { ...base, services: [SERVICES[protocol]], floorRequestCount: 20 };

  it('A: nineteen failures change nothing, the twentieth opens; two probes that succeed close it', async () => {
    const world = await World.start(protocol, [fuse({ ...rule, meltWindowMillis: 1000 })]);
    world.service.behaviour = 'error';
    expect(await world.statuses(19)).toEqual(new Array(19).fill(error));
    expect((await shownBy(world))[0]).toMatchObject({ state: 'CLOSED', window: { total: 19, errors: 19 } });
    await world.statuses(1);
    expect((await shownBy(world))[0]?.state).toBe('OPEN');
    const { seen } = world.service;
    world.service.behaviour = 'ok';
    await until(async () => (await world.ask()).status === ok);
    expect(world.service.seen).toBe(seen + 1);
    expect((await shownBy(world))[0]).toMatchObject({ state: 'HALF_OPEN', window: { probes: 1 } });
    expect(await world.statuses(1)).toEqual([ok]);
    expect((await shownBy(world))[0]?.state).toBe('CLOSED');
  });

  it('A: a probe that fails opens it again', async () => {
    const world = await World.start(protocol, [fuse({ ...rule, meltWindowMillis: 1000 })]);
    world.service.behaviour = 'error';
    await world.statuses(20);
    const { seen } = world.service;
    await until(async () => (await world.ask()).status === error);
    expect(world.service.seen).toBe(seen + 1);
    await until(() => logOf(world, 'fuse.log').includes('from:HALF_OPEN,to:OPEN'));
  });

  it.each([
    [14, 'CLOSED'],
    [15, 'OPEN'],
  ])('B: 30 calls with %i errors: %s', async (errors, state) => {
    const world = await World.start(protocol, [fuse(rule)]);
    await world.statuses(30 - errors);
    world.service.behaviour = 'error';
    await world.statuses(errors);
    expect((await shownBy(world))[0]?.state).toBe(state);
    world.service.behaviour = 'ok';
    expect(await world.statuses(1)).toEqual([state === 'OPEN' ? refused : ok]);
  });

  it('C: the mean time of calls opens it, whatever they answer', async () => {
    const slow = { triggerType: 'avgRt', floorRequestCount: 3 };
    const world = await World.start(protocol, [fuse({ ...rule, ...slow, threshold: 60_000 })]);
    world.service.delayMs = 5;
    expect(await world.statuses(3)).toEqual([ok, ok, ok]);
    await world.change([fuse({ ...rule, ...slow, threshold: 1 })]);
    expect(await world.statuses(1)).toEqual([ok]);
    expect((await shownBy(world))[0]).toMatchObject({ state: 'OPEN' });
    expect(await world.statuses(1)).toEqual([refused]);
    expect(logOf(world, 'fuse.log')).not.toContain('reason:errorRatio');
  });

  it('D: one error in two calls, threshold 1 %', async () => {
    const world = await World.start(protocol, [fuse({ ...rule, floorRequestCount: 2, threshold: 1 })]);
    expect(await world.statuses(1)).toEqual([ok]);
    world.service.behaviour = 'error';
    expect(await world.statuses(2)).toEqual([error, refused]);
  });
});
