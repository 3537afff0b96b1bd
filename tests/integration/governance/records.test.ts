import { createRandom } from '@weft/kit/random';
import { expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { PROTOCOLS, type Protocol, type RuleSource, SERVICES, Service, WITH_HEADERS, World } from './world.ts';

interface Recorded {
  readonly traceId: string;
  readonly direction: string;
  readonly verdict: string;
  readonly ruleDbId: number;
  readonly stands: number;
  readonly status: number;
  readonly answer: string;
  readonly group: string;
  readonly headers: readonly string[];
  readonly path: string;
  readonly sourceApp: string;
  readonly rules: readonly {
    readonly type: string;
    readonly ruleDbId: number;
    readonly mode: string;
    readonly matched: boolean;
    readonly verdict: string;
    readonly detail: string;
    readonly conditions: readonly { readonly condition: string; readonly actual: string; readonly matched: boolean }[];
  }[];
}
interface Answer {
  readonly on: boolean;
  readonly records: readonly Recorded[];
  readonly next: number | null;
  readonly rule?: {
    readonly considered: number;
    readonly matched: number;
    readonly verdicts: Readonly<Record<string, number>>;
    readonly skipped: Readonly<Record<string, number>>;
    readonly failed: Readonly<Record<string, { readonly actual: string; readonly count: number }>>;
    readonly unread: readonly object[];
  };
}

const EVERYTHING = { record: { enabled: 'on', samples_per_second: 100_000 } };
const header = (field: string, value: string) => ({ type: 'HEADER', field, operation: 'EQUAL', value: [value] });

async function records(world: World, query: string): Promise<Answer> {
  const { status, body } = await world.proxy.admin('GET', `/api/v1/governance/records?${query}`);
  expect([status, body]).toEqual([200, body]);
  return JSON.parse(body) as Answer;
}

it('says of 1000 random requests what became of them', async () => {
  const services = [SERVICES.Http1];
  const limit = (ruleDbId: number, change: object) => ({
    ruleDbId,
    services,
    threshold: 1000,
    timeMs: 1000,
    ...change,
  });
  const sources: RuleSource[] = [
    {
      type: 'LIMIT',
      list: 'flowControlRules',
      rules: [
        limit(1, { threshold: 2, conditions: [header('user', 'ann')] }),
        limit(2, { threshold: 0, conditions: [header('user', 'eve')] }),
        limit(3, { threshold: 5, mode: 'OBSERVE' }),
        limit(4, { threshold: 0, conditions: [header('user', 'eve'), header('tier', 'low')] }),
        limit(5, { threshold: 0, enabled: false }),
      ],
    },
    {
      type: 'FAULT_INJECT',
      list: 'faultInjectRules',
      rules: [
        {
          ruleDbId: 6,
          direction: 'SERVER',
          services,
          conditions: [header('tier', 'low')],
          faultInjectRuleItems: [{ ruleType: 'ABORT', configs: { code: 418, faultPercent: 40 } }],
        },
      ],
    },
  ];
  const world = await World.start('Http1', sources, { threads: 2, governance: EVERYTHING });
  const random = createRandom(7);
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
  const asked = Array.from({ length: 1000 }, (_, index) => ({
    'sofa-traceid': `trace-${index}`,
    user: pick(['ann', 'bob', 'eve']),
    tier: pick(['low', 'high']),
  }));
  const seen: { status: number; rule: number }[] = [];
  for (let at = 0; at < asked.length; at += 20) {
    const answers = await Promise.all(asked.slice(at, at + 20).map((headers) => world.ask('in', headers)));
    for (const { status, headers } of answers) seen.push({ status, rule: Number(headers['x-weft-rule'] ?? 0) });
  }
  const verdicts = new Map<string, number>();
  let watched = 0;
  for (const [index, live] of seen.entries()) {
    const { user, tier } = asked[index] as (typeof asked)[number];
    const { records: found } = await records(world, `trace=trace-${index}`);
    expect(found).toHaveLength(1);
    const [record] = found as [Recorded];
    const refused = live.status !== 200;
    expect(record).toMatchObject({
      verdict: refused ? 'reject' : 'pass',
      ruleDbId: live.rule,
      status: live.status,
      stands: 1,
    });
    verdicts.set(`${record.verdict} ${live.rule}`, (verdicts.get(`${record.verdict} ${live.rule}`) ?? 0) + 1);
    // One rule refuses, and it is the one that the caller was told.
    const refusing = record.rules.filter((rule) => rule.mode === 'CONTROL' && rule.verdict === 'reject');
    expect(refusing.map(({ ruleDbId }) => ruleDbId)).toEqual(refused ? [live.rule] : []);
    watched += record.rules.filter(({ verdict }) => verdict === 'would_reject').length;
    const byId = new Map(record.rules.map((rule) => [rule.ruleDbId, rule]));
    expect([...byId.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(byId.get(5)).toMatchObject({ verdict: 'skipped', detail: 'the rule is switched off' });
    expect(byId.get(2)?.conditions).toEqual([
      { condition: 'HEADER user EQUAL [eve]', actual: user, matched: user === 'eve' },
    ]);
    expect(byId.get(4)?.matched).toBe(user === 'eve' && tier === 'low');
  }
  // Every way there is was gone.
  expect([...verdicts.keys()].sort()).toEqual(['pass 0', 'reject 1', 'reject 2', 'reject 6']);
  expect(watched).toBe(await metric(world.proxy, 'weft_governance_total', { rule: '3', verdict: 'would_reject' }));
  expect(watched).toBeGreaterThan(0);
  const { rule } = await records(world, 'type=LIMIT&rule=4');
  expect(rule).toMatchObject({ considered: 1000 });
  expect(Object.keys(rule?.failed ?? {}).sort()).toEqual(['HEADER tier EQUAL [low]', 'HEADER user EQUAL [eve]']);
  expect(Object.keys((await records(world, 'type=LIMIT&rule=5')).rule?.skipped ?? {})).toEqual([
    'the rule is switched off',
  ]);
});

it.each(WITH_HEADERS)('finds a request of %s by the trace that it says', async (protocol) => {
  const rules = [{ ruleDbId: 1, services: [SERVICES[protocol]], threshold: 0, timeMs: 1000 }];
  const source: RuleSource = { type: 'LIMIT', list: 'flowControlRules', rules };
  const world = await World.start(protocol, [source], { governance: EVERYTHING });
  const names: Readonly<Partial<Record<Protocol, string>>> = {
    Http1: 'traceparent',
    Http2: 'b3',
    grpc: 'sofa-traceid',
    tri: 'sofa-traceid',
  };
  const values: Readonly<Partial<Record<Protocol, string>>> = {
    Http1: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
    Http2: `${'ab'.repeat(16)}-1-1`,
  };
  const header = names[protocol] ?? 'rpc_trace_context.sofaTraceId';
  await world.ask('in', { [header]: values[protocol] ?? 'ab'.repeat(16) });
  const { records: found } = await records(world, `trace=${'ab'.repeat(16)}`);
  expect(found).toMatchObject([{ verdict: 'reject', ruleDbId: 1, direction: 'SERVER' }]);
});

it('keeps no secret of a request, wherever it stands', async () => {
  const secrets = [
    'sup3rs3cret-a',
    'sup3rs3cret-b',
    'sup3rs3cret-c',
    'sup3rs3cret-d',
    'sup3rs3cret-e',
    'sup3rs3cret-f',
  ];
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = secrets;
  const rule = {
    ruleDbId: 1,
    services: [SERVICES.Http1],
    threshold: 0,
    timeMs: 1000,
    conditions: [
      { type: 'HEADER', field: 'authorization', operation: 'NOT_EQUAL', value: ['x'] },
      { type: 'TRACE', field: 'token', operation: 'NOT_EQUAL', value: ['x'] },
      { type: 'HEADER', field: 'x-customer', operation: 'NOT_EQUAL', value: ['x'] },
    ],
  };
  const governance = { record: { ...EVERYTHING.record, redact: ['X-Customer', 'shoe-size'] } };
  const world = await World.start('Http1', [{ type: 'LIMIT', list: 'flowControlRules', rules: [rule] }], {
    governance,
  });
  const sent = {
    'sofa-traceid': 'secret-trace',
    authorization: `Bearer ${a}`,
    cookie: `session=${b}`,
    'x-auth-token': c,
    baggage: `token=${d},colour=blue,shoe-size=${f}`,
    'x-customer': e,
    plain: 'kept',
  };
  expect((await world.ask('in', sent)).status).toBe(429);
  for (const query of ['trace=secret-trace', 'recent=1', 'direction=SERVER', 'type=LIMIT&rule=1']) {
    const text = JSON.stringify(await records(world, query));
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  const [record] = (await records(world, 'trace=secret-trace')).records as [Recorded];
  expect(record.headers).toContain('kept');
  expect(record.headers).toContain('token=***,colour=blue,shoe-size=***');
  expect(record.rules[0]?.conditions.map(({ actual, matched }) => [actual, matched])).toEqual([
    ['***', true],
    ['***', true],
    ['***', true],
  ]);
});

it('remembers which group of instances a rule chose, and nothing where nobody asks', async () => {
  const routes = (enabled: string): Promise<World> =>
    World.start(
      'Http1',
      [
        {
          type: 'ROUTE',
          list: 'rules',
          rules: [
            {
              id: 9,
              destinations: [
                {
                  weight: 100,
                  destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: ['v1'] }],
                },
              ],
            },
          ],
        },
      ],
      { labels: [{ version: 'v1' }], governance: { record: { enabled, samples_per_second: 0 } } },
    );
  const world = await routes('on');
  expect((await world.ask('out', { 'sofa-traceid': 'led' })).status).toBe(200);
  const { records: found } = await records(world, 'trace=led');
  expect(found).toMatchObject([{ group: 'version=v1', verdict: 'pass', status: 200, stands: 0, direction: 'CLIENT' }]);
  const silent = await routes('auto');
  await silent.ask('out', { 'sofa-traceid': 'led' });
  expect(await records(silent, 'trace=led')).toMatchObject({ on: false, records: [] });
});

it('lists what was held up, and not what a rule only sent somewhere', async () => {
  const limits = (rules: object[]): RuleSource => ({ type: 'LIMIT', list: 'flowControlRules', rules });
  const closed = { services: [SERVICES.Http1], threshold: 0, timeMs: 1000 };
  const world = await World.start(
    'Http1',
    [
      limits([
        { ...closed, ruleDbId: 1, conditions: [header('user', 'eve')] },
        { ...closed, ruleDbId: 2, mode: 'OBSERVE', conditions: [header('user', 'bob')] },
      ]),
    ],
    { governance: EVERYTHING },
  );
  for (const user of ['ann', 'bob', 'eve']) await world.ask('in', { 'sofa-traceid': user, user });
  const { records: found } = await records(world, 'recent=1');
  expect(found.map(({ traceId, verdict }) => [traceId, verdict])).toEqual([
    ['bob', 'pass'],
    ['eve', 'reject'],
  ]);
  const { status, body } = await world.proxy.admin('GET', '/api/v1/governance/records?direction=UP');
  expect(status).toBe(400);
  expect(body).toContain('give trace=ID, recent=1, type=TYPE with rule=NUMBER, or direction=SERVER or CLIENT');
});

it('says of one request whether it was copied, and which instances it was kept from', async () => {
  const bad = await Service.listen('Http1');
  const shadow = await Service.listen('Http1');
  const copies: RuleSource = {
    type: 'MIRROR',
    list: 'mirrorRules',
    rules: [
      {
        ruleDbId: 1,
        direction: 'CLIENT',
        services: ['*'],
        targetAddresses: [`127.0.0.1:${shadow.port}`],
        percent: 50,
      },
    ],
  };
  const isolation = { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, recoverTime: 86_400_000 };
  const isolate: RuleSource = { type: 'ISOLATE', list: 'faultToleranceRules', rules: [{ ruleDbId: 3, ...isolation }] };
  const options = { governance: EVERYTHING, ports: [bad.port] };
  const world = await World.start('Http1', [copies, isolate], options);
  const detailsOf = async (trace: string): Promise<Record<number, string>> => {
    await world.ask('out', { 'sofa-traceid': trace });
    const [record] = (await records(world, `trace=${trace}`)).records;
    return Object.fromEntries(record?.rules.map(({ ruleDbId, detail }) => [ruleDbId, detail]) ?? []);
  };
  const said = [];
  for (let i = 10; i < 40; i++) said.push(await detailsOf(`${i}`.repeat(16)));
  const copied = said.filter(({ 1: detail }) => detail === `this request was to be copied to 127.0.0.1:${shadow.port}`);
  expect(said.filter((details) => !copied.includes(details)).map(({ 1: detail }) => detail)).toEqual(
    new Array(30 - copied.length).fill(
      `this request was not among the 50 % that are copied to 127.0.0.1:${shadow.port}`,
    ),
  );
  await until(() => shadow.seen === copied.length);
  expect([copied.length > 0, copied.length < 30]).toEqual([true, true]);
  expect(said[0]?.[3]).toBe('no instance is left out');
  bad.behaviour = 'error';
  await until(async () => {
    await world.statuses(6, 'out');
    return (await metric(world.proxy, 'weft_isolated_hosts', { rule: '3' })) === 1;
  });
  const after = await detailsOf('ab'.repeat(16));
  expect(after[3]).toMatch(
    new RegExp(`^127.0.0.1:${bad.port} left out for .*; this request was kept from 127.0.0.1:${bad.port}$`),
  );
});

/** What a refusal by a limit, an error of the service and a success are called. */
const ANSWERS: Readonly<Record<Protocol, readonly [refused: string, failed: string, ok: string]>> = {
  Http1: ['', '', ''],
  Http2: ['', '', ''],
  grpc: ['8 RESOURCE_EXHAUSTED', '13 INTERNAL', '0 OK'],
  tri: ['8 RESOURCE_EXHAUSTED', '13 INTERNAL', '0 OK'],
  bolt: ['4 SERVER_THREADPOOL_BUSY', '1 ERROR', '0 SUCCESS'],
  dubbo: ['40 BAD_REQUEST', '70 SERVICE_ERROR', '20 OK'],
  'dubbo-thrift': ['6 INTERNAL_ERROR', '6 INTERNAL_ERROR', ''],
  tars: ['-9 OVERLOAD', '-99 UNKNOWN', '0 SUCCESS'],
};

it.each(PROTOCOLS)('calls answers over %s as the protocol does', async (protocol) => {
  const limit = { ruleDbId: 1, services: [SERVICES[protocol]], threshold: 0, timeMs: 1000 };
  const sources = (enabled: boolean): RuleSource[] => [
    { type: 'LIMIT', list: 'flowControlRules', rules: [{ ...limit, enabled }] },
  ];
  const world = await World.start(protocol, sources(true), { threads: 1, governance: EVERYTHING });
  const direction = 'direction=SERVER&thread=0';
  await world.ask('in');
  await world.change(sources(false));
  world.service.behaviour = 'error';
  await world.ask('in');
  world.service.behaviour = 'ok';
  await world.ask('in');
  await until(async () => (await records(world, direction)).records.length === 3);
  expect((await records(world, direction)).records.map(({ answer }) => answer)).toEqual(ANSWERS[protocol]);
});

it.each([
  ['bolt', 503, '4 SERVER_THREADPOOL_BUSY', 503],
  ['grpc', 500, '14 UNAVAILABLE', 503],
  ['grpc', 'NOT_FOUND', '5 NOT_FOUND', 404],
  ['tri', 'NOT_FOUND', '5 NOT_FOUND', 404],
] as const)(
  'remembers what an injected fault told a caller over %s: %s is %s',
  async (protocol, code, answer, status) => {
    const fault = { ruleDbId: 7, services: [SERVICES[protocol]], faultInjectRuleItems: [{ configs: { code } }] };
    const sources: RuleSource[] = [{ type: 'FAULT_INJECT', list: 'faultInjectRules', rules: [fault] }];
    const world = await World.start(protocol, sources, { threads: 1, governance: EVERYTHING });
    await world.ask('in');
    for (const query of ['recent=1', 'direction=SERVER&thread=0']) {
      await until(async () => (await records(world, query)).records.length === 1);
      expect((await records(world, query)).records).toMatchObject([{ verdict: 'reject', ruleDbId: 7, answer, status }]);
    }
  },
);

it('counts calls that say no method: a rule on methods never meets them', async () => {
  const limit = { ruleDbId: 1, services: [SERVICES.bolt], methods: ['echo'], threshold: 0, timeMs: 1000 };
  const sources: RuleSource[] = [{ type: 'LIMIT', list: 'flowControlRules', rules: [limit] }];
  const world = await World.start('bolt', sources, { threads: 1, governance: EVERYTHING });
  for (let i = 0; i < 3; i++) await world.ask('in', { sofa_head_method_name: '' });
  await world.ask('in');
  await until(async () => (await records(world, 'type=LIMIT&rule=1')).rule?.considered === 1);
  const { rule } = await records(world, 'type=LIMIT&rule=1');
  const reason = 'sofa_head_method_name is empty';
  expect(rule?.unread).toEqual([{ direction: 'SERVER', protocol: 'bolt', service: SERVICES.bolt, reason, count: 3 }]);
});
