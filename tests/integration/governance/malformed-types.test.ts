/**
 * What is no rule, of every type: refused by the HTTP interface with field, value and expectation, and, where a document comes
 * past it, by a real proxy, which answers with place and reason and goes on judging by the last good one.
 */
import { ApiError, type RuleSegment, ruleCalls } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownWords } from '../control/problem-words.ts';
import { freePort, until } from '../engine/support.ts';
import { startPlane } from './plane.ts';
import { SERVICES, World } from './world.ts';

const SERVICE = SERVICES.Http1;
const moon = { conditions: [{ type: 'SYSTEM', field: 'moon', operation: 'EQUAL', value: ['a'] }] };
const broken = { conditions: [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['('] }] };

/** A document, and what a proxy says of it: the place, and a part of the rest. */
type Wire = readonly [change: object, place: string, said: RegExp];
/** A body, and what the HTTP interface says of it. */
type Sent = readonly [change: object, field: string, said: RegExp];

interface Case {
  readonly type: RuleType;
  readonly segment: RuleSegment;
  /** Where rules of a document are. */
  readonly at: string;
  readonly document: (change: object) => object;
  readonly wire: readonly Wire[];
  readonly spec: object;
  readonly sent: readonly Sent[];
}

const listed =
  (list: string, rule: object) =>
  (change: object): object => ({ appName: 'demo', [list]: [{ ruleDbId: 1, services: [SERVICE], ...rule, ...change }] });
/** What every body can have wrong. */
const COMMON: readonly Sent[] = [
  [{ services: ['*', 'x'] }, '/services/1', /found "x"/],
  [{ mode: 'FOO' }, '/mode', /found "FOO".*CONTROL/],
  [{ name: 'a\nb' }, '/name', /found "a/],
  [moon, '/conditions/0/field', /found "moon".*source\.ip/],
  [broken, '/conditions/0/value/0', /found "\(".*regular expression/],
];
const MODE: Wire = [{ mode: 'FOO' }, 'mode', /found "FOO".*CONTROL/];
const NAMELESS: Wire = [{ services: ['x'] }, 'services[0]', /found "x".*@/];
const MOON: Wire = [moon, 'conditions[0].field', /found "moon".*source\.ip/];
const BROKEN: Wire = [broken, 'conditions[0].value[0]', /found "\(".*regular/];

const CASES: readonly Case[] = [
  {
    type: 'LIMIT',
    segment: 'limit',
    at: 'flowControlRules[0]',
    document: listed('flowControlRules', { threshold: 0, timeMs: 1000 }),
    wire: [
      [{ threshold: 'x' }, 'threshold', /found "x".*whole number/],
      [{ threshold: -1 }, 'threshold', /found -1.*from 0/],
      [{ timeMs: 0 }, 'timeMs', /found 0.*from 1/],
      [{ maxBurstRatio: 1001 }, 'maxBurstRatio', /1000/],
      MODE,
      NAMELESS,
      MOON,
      BROKEN,
    ],
    spec: { threshold: 1 },
    sent: [
      ...COMMON,
      [{ spec: { threshold: 'x' } }, '/spec/threshold', /found "x"/],
      [{ spec: { threshold: 1, timeMs: 0 } }, '/spec/timeMs', /found 0.*from 1/],
      [{ spec: {} }, '/spec/threshold', /missing/],
    ],
  },
  {
    type: 'FUSE',
    segment: 'fuse',
    at: 'fuseRules[0]',
    document: listed('fuseRules', { threshold: 50 }),
    wire: [
      [{ threshold: 101 }, 'threshold', /found 101.*at most 100/],
      [{ triggerType: 'slowest' }, 'triggerType', /found "slowest".*errorRatio/],
      [{ meltWindowMillis: 0 }, 'meltWindowMillis', /found 0.*from 1000/],
      [{ probeNum: 0 }, 'probeNum', /found 0.*from 1/],
      MODE,
      NAMELESS,
      MOON,
    ],
    spec: { threshold: 50 },
    sent: [
      ...COMMON,
      [{ spec: { threshold: 150 } }, '/spec/threshold', /found 150.*100/],
      [{ spec: { threshold: 1, probes: 3 } }, '/spec/probes', /unknown key/],
    ],
  },
  {
    type: 'FAULT_INJECT',
    segment: 'fault-inject',
    at: 'faultInjectRules[0]',
    document: listed('faultInjectRules', { faultInjectRuleItems: [{}] }),
    wire: [
      [{ faultInjectRuleItems: [] }, 'faultInjectRuleItems', /found an empty list.*1/],
      [{ faultInjectRuleItems: [{ ruleType: 'CRASH' }] }, 'faultInjectRuleItems[0].ruleType', /found "CRASH".*ABORT/],
      [
        { faultInjectRuleItems: [{ configs: { faultPercent: 101 } }] },
        'faultInjectRuleItems[0].configs.faultPercent',
        /found 101.*100/,
      ],
      [
        { faultInjectRuleItems: [{ ruleType: 'DELAY' }] },
        'faultInjectRuleItems[0].configs.fixedDelay',
        /found 0.*from 1/,
      ],
      MODE,
      NAMELESS,
      MOON,
    ],
    spec: {},
    sent: [
      ...COMMON,
      [{ spec: { ruleType: 'DELAY' } }, '/spec/fixedDelay', /from 1/],
      [{ spec: { code: 42 } }, '/spec/code', /found 42.*200 to 599/],
    ],
  },
  {
    type: 'AUTH',
    segment: 'auth',
    at: 'rbacRules[0].rules[0]',
    document: (change) => ({
      appName: 'demo',
      rbacRules: [{ service: SERVICE, blackListEnabled: true, rules: [{ ruleDbId: 1, type: 'BLACKLIST', ...change }] }],
    }),
    wire: [
      [{ type: 'GREY' }, 'type', /found "GREY".*WHITELIST/],
      [{ methods: ['~('] }, 'methods[0]', /found "~\(".*regular expression/],
      [{ reject: { status: 200 } }, 'reject.status', /found 200.*400 to 599/],
      [{ ruleDbId: 'x' }, 'ruleDbId', /found "x".*whole number/],
      MODE,
      MOON,
      BROKEN,
    ],
    spec: {},
    sent: [
      ...COMMON,
      [{ direction: 'CLIENT' }, '/direction', /found "CLIENT"/],
      [{ spec: { allow: true } }, '/spec/allow', /unknown key/],
    ],
  },
  {
    type: 'ISOLATE',
    segment: 'isolate',
    at: 'faultToleranceRules[0]',
    document: listed('faultToleranceRules', { leastExceptionRate: 20 }),
    wire: [
      [{ leastExceptionRate: 0 }, 'leastExceptionRate', /found 0.*above 0/],
      [{ timeWindow: 61 }, 'timeWindow', /found 61.*1 to 60/],
      [{ maxIpRatio: 1.5 }, 'maxIpRatio', /found 1\.5.*0 to 1/],
      [{ recoverTime: 999 }, 'recoverTime', /found 999.*1000/],
      MODE,
      NAMELESS,
      MOON,
    ],
    spec: { leastExceptionRate: 20 },
    sent: [
      ...COMMON.filter(([change]) => change !== broken),
      [{ spec: { leastExceptionRate: 0 } }, '/spec/leastExceptionRate', /found 0.*above 0/],
      [{ spec: { leastExceptionRate: 20, timeWindow: 61 } }, '/spec/timeWindow', /found 61/],
      [{ spec: { leastExceptionRate: 20, rate: 1 } }, '/spec/rate', /unknown key/],
    ],
  },
  {
    type: 'DOWNGRADE',
    segment: 'downgrade',
    at: 'downgradeRules[0]',
    document: (change) => ({
      appName: 'demo',
      downgradeRules: [
        {
          ruleDbId: 1,
          enabled: true,
          conditions: [{ type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [SERVICE] }],
          actions: [{ type: 'REJECT' }],
          ...change,
        },
      ],
    }),
    wire: [
      [{ actions: [{ type: 'MELT' }] }, 'actions[0].type', /found "MELT".*REJECT/],
      [{ actions: [{ extension: [{ status: 200 }] }] }, 'actions[0].extension[0].status', /found 200.*400 to 599/],
      [{ logConfig: { level: 'LOUD' } }, 'logConfig.level', /found "LOUD".*WARN/],
      [{ scope: { percent: 101 } }, 'scope.percent', /found 101.*100/],
      [{ ruleDbId: 'x' }, 'ruleDbId', /found "x".*whole number/],
      MOON,
      BROKEN,
    ],
    spec: {},
    sent: [
      ...COMMON,
      [{ direction: 'SERVER' }, '/direction', /found "SERVER"/],
      [{ spec: { status: 200 } }, '/spec/status', /found 200.*400/],
    ],
  },
  {
    type: 'MIRROR',
    segment: 'mirror',
    at: 'mirrorRules[0]',
    document: listed('mirrorRules', { targetCluster: 'shadow' }),
    wire: [
      [{ targetCluster: '' }, 'targetDataId', /one of targetDataId/],
      [
        { targetAddresses: ['10.0.0.7:80'] },
        'targetDataId',
        /found targetCluster, targetAddresses.*one of targetDataId/,
      ],
      [{ targetCluster: '', targetAddresses: ['shop:80'] }, 'targetAddresses[0]', /found "shop:80".*ip:port/],
      [{ percent: 101 }, 'percent', /found 101.*0 to 100/],
      [{ amplification: 0 }, 'amplification', /found 0.*1 to 100/],
      [{ addHeaders: { host: 'x' } }, 'addHeaders', /found "host".*framing/],
      NAMELESS,
      MOON,
    ],
    spec: { targetCluster: 'shadow' },
    sent: [
      ...COMMON.filter(([change]) => !('mode' in change)),
      [{ mode: 'OBSERVE' }, '/mode', /found "OBSERVE"/],
      [{ spec: {} }, '/spec/targetDataId', /one of targetDataId/],
      [{ spec: { targetAddresses: ['shop:80'] } }, '/spec/targetAddresses/0', /found "shop:80".*ip:port/],
    ],
  },
  {
    type: 'HIJACK',
    segment: 'hijack',
    at: 'hijackRules[0]',
    document: listed('hijackRules', { services: ['*'], port: 8080, maxRequests: 1 }),
    wire: [
      [{ port: 0 }, 'port', /found 0.*from 1/],
      [{ port: 'http' }, 'port', /found "http".*whole number/],
      [{ maxRequests: -1 }, 'maxRequests', /found -1.*from 0/],
      [{ unit: 'perHour' }, 'unit', /found "perHour".*perSecond/],
      [{ direction: 'CLIENT' }, 'direction', /found "CLIENT".*SERVER/],
      MODE,
      NAMELESS,
    ],
    spec: { port: 8080, maxRequests: 1 },
    sent: [
      [{ services: ['x'] }, '/services/0', /found "x"/],
      [{ mode: 'FOO' }, '/mode', /found "FOO"/],
      [{ name: 'a\nb' }, '/name', /found "a/],
      [{ direction: 'CLIENT' }, '/direction', /found "CLIENT"/],
      [{ spec: { port: 0, maxRequests: 1 } }, '/spec/port', /found 0.*from 1/],
      [{ spec: { port: 8080 } }, '/spec/maxRequests', /missing/],
      [{ spec: { port: 8080, maxRequests: 1, unit: 'perHour' } }, '/spec/unit', /found "perHour"/],
    ],
  },
  {
    type: 'ROUTE',
    segment: 'route',
    at: 'rules[0]',
    document: (change) => ({ dataId: SERVICE, rules: [{ id: 1, destinations: [{ weight: 100 }], ...change }] }),
    wire: [
      [{ destinations: [{ weight: 60 }] }, 'destinations', /60.*100/],
      [{ destinations: [] }, 'destinations', /found an empty list.*1 to 16/],
      [{ destinations: [{ weight: 101 }] }, 'destinations[0].weight', /found 101/],
      [{ orderNum: 1.5 }, 'orderNum', /found 1\.5.*whole/],
      [{ fallback: 'on' }, 'fallback', /found "on".*true or false/],
      MOON,
      BROKEN,
    ],
    spec: { destinations: [{ weight: 100 }] },
    sent: [
      ...COMMON,
      [{ spec: { destinations: [{ weight: 60 }, { weight: 30 }] } }, '/spec/destinations', /60 \+ 30 = 90/],
      [{ spec: { destinations: [] } }, '/spec/destinations', /found an empty list/],
    ],
  },
];

it('there are sixty at each place, and seven of each type', () => {
  for (const side of ['wire', 'sent'] as const) {
    expect(CASES.flatMap((item) => item[side]).length).toBeGreaterThanOrEqual(60);
    for (const item of CASES) expect(item[side].length, `${item.type} ${side}`).toBeGreaterThanOrEqual(7);
  }
  // Mappings of conversion are kept as rules are and judge nothing; they have tests of their own.
  const types: readonly string[] = ruleKinds.map(({ type }) => type).filter((type: string) => type !== 'MAPPING');
  expect(CASES.map(({ type }) => type).sort()).toEqual([...types].sort());
});

describe('the HTTP interface', () => {
  let plane: TestPlane;
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
  });
  afterAll(() => plane.stop());

  it.each(CASES)('refuses what is no rule of type $type, and stores nothing', async ({ segment, spec, sent }) => {
    const calls = ruleCalls(plane.admin.client.ms, segment);
    const good = { name: 'good', app: 'demo', services: segment === 'hijack' ? ['*'] : [SERVICE], spec };
    await calls.create({ body: good });
    for (const [change, field, said] of sent) {
      const error: unknown = await calls.create({ body: { ...good, name: 'wrong', ...change } as never }).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error, JSON.stringify(change)).toBeInstanceOf(ApiError);
      const { status, code, fields = [] } = error as ApiError;
      expect([status, code], JSON.stringify(change)).toEqual([400, 'INVALID']);
      const named = fields.find(({ path }) => path === field);
      expect(named?.message, `${JSON.stringify(change)}: ${JSON.stringify(fields)}`).toMatch(said);
      expect(named?.message).toContain('expected');
      // Other languages have the same words.
      expect(unknownWords(named?.message ?? '')).toEqual([]);
    }
    const { items } = await calls.list({ query: {} });
    expect(items.map(({ name, version }) => [name, version])).toEqual([['good', 1]]);
  });
});

/** Without the types the control plane stores whatever it is given, as a foreign one might. */
async function startUnchecked() {
  const { client, mesh } = await startPlane([]);
  const api = `127.0.0.1:${await freePort()}`;
  const discovery = { address: api, protocols: [{ protocol: 'Http1', egress_listener: 'out' }] };
  const world = await World.start('Http1', [], { mesh: { ...mesh, discovery } });
  // Documents of routing go to those who call the service.
  const place = `http://${api}/v1/discovery/subscriptions/${encodeURIComponent(SERVICE)}`;
  const subscribed = await fetch(place, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 'Http1' }),
  });
  expect(subscribed.ok, await subscribed.text()).toBe(true);
  return {
    world,
    /** Stores a value and waits for what the proxy says of it. */
    async put(dataId: string, value: object, baseVersion: number) {
      const { version } = await client.drm.putValue({ body: { dataId, value: JSON.stringify(value), baseVersion } });
      let said: { readonly result: string; readonly reason: string } | undefined;
      await until(async () => {
        const { clients } = await client.drm.getStatus({ query: { dataId } });
        said = clients.find(({ sentVersion, result }) => sentVersion === version && result !== 'PENDING');
        return said !== undefined;
      });
      return { version, result: said?.result, reason: said?.reason };
    },
    /** Version and document that the proxy judges by. */
    async inForce(dataId: string) {
      const { body } = await world.proxy.admin('GET', '/api/v1/governance/rules');
      const all = JSON.parse(body) as { documents: { dataId: string; version: number; document: unknown }[] };
      const found = all.documents.find((item) => item.dataId === dataId);
      return { version: found?.version, document: found?.document };
    },
  };
}

it.each(CASES)('a proxy refuses what is no document of type $type, and keeps the last good one', async (item) => {
  const { type, at, document, wire } = item;
  const { world, put, inForce } = await startUnchecked();
  // One that shows at every request that the rules of before act.
  const limits = ruleDataId('LIMIT', 'demo');
  const zero = { ruleDbId: 1, services: [SERVICE], threshold: 0, timeMs: 1000 };
  const first = await put(limits, { appName: 'demo', flowControlRules: [zero] }, 0);
  expect(first.result).toBe('APPLIED');
  const dataId = ruleDataId(type, type === 'ROUTE' ? SERVICE : 'demo');
  const good = document({});
  const applied = await put(dataId, good, dataId === limits ? first.version : 0);
  expect(applied).toMatchObject({ result: 'APPLIED' });
  let last = applied.version;
  for (const [change, place, said] of wire) {
    const { version, result, reason } = await put(dataId, document(change), last);
    last = version;
    expect([result, reason], JSON.stringify(change)).toEqual(['REJECTED', expect.stringContaining(`${at}.${place}`)]);
    expect(reason).toMatch(said);
    expect(unknownWords(reason ?? '')).toEqual([]);
    expect(await inForce(dataId)).toEqual({ version: applied.version, document: good });
  }
  // A list of authorization speaks before the limit.
  expect((await world.ask('in')).status).toBe(type === 'AUTH' ? 403 : 429);
  expect(await put(dataId, good, last)).toMatchObject({ result: 'APPLIED' });
});
