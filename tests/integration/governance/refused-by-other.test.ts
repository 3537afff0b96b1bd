/** Two proxies in a row: what the rules of the service refuse is no error of it to the breakers and figures of the caller. */
import { describe, expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { PROTOCOLS, type Protocol, type RuleSource, SERVICES, World } from './world.ts';

const fuseOf = (protocol: Protocol): RuleSource => ({
  type: 'FUSE',
  list: 'fuseRules',
  rules: [
    {
      ruleDbId: 2,
      services: [SERVICES[protocol]],
      direction: 'CLIENT',
      threshold: 50,
      floorRequestCount: 2,
      meltWindowMillis: 3_600_000,
    },
  ],
});

/** What the caller sees of the limit of the service, in the words of the protocol. */
it.each<[Protocol, number]>([
  ['Http1', 429],
  ['Http2', 429],
  ['grpc', 8],
  ['tri', 8],
  ['bolt', 4],
  ['dubbo', 40],
  ['dubbo-thrift', 6],
  ['tars', -9],
])('a limit at the service opens no breaker at the caller: %s', async (protocol, refused) => {
  const callee = await World.start(protocol, [
    {
      type: 'LIMIT',
      list: 'flowControlRules',
      rules: [{ ruleDbId: 1, threshold: 1, timeMs: 1_000_000, services: [SERVICES[protocol]] }],
    },
  ]);
  const caller = await World.start(protocol, [fuseOf(protocol)], {
    ownHost: false,
    ports: [callee.proxy.port('in')],
  });
  const [first, ...others] = await caller.statuses(6, 'out');
  expect(first).not.toBe(refused);
  expect(others).toEqual([refused, refused, refused, refused, refused]);
  // The breaker counts errors of the service itself all the same.
  await callee.change([]);
  callee.service.behaviour = 'error';
  for (let asked = 0; asked < 12; asked++) await caller.ask('out');
  const seen = callee.service.seen;
  await caller.ask('out');
  expect(callee.service.seen).toBe(seen);
});

const limit = (protocol: Protocol): RuleSource => ({
  type: 'LIMIT',
  list: 'flowControlRules',
  rules: [{ ruleDbId: 1, threshold: 0, services: [SERVICES[protocol]] }],
});
const fuse = (protocol: Protocol): RuleSource => ({
  ...fuseOf(protocol),
  rules: [{ ...fuseOf(protocol).rules[0], direction: 'SERVER' }],
});
const deny = (protocol: Protocol): RuleSource => ({
  type: 'AUTH',
  list: 'rbacRules',
  rules: [
    {
      service: SERVICES[protocol],
      blackListEnabled: true,
      rules: [
        {
          ruleDbId: 1,
          type: 'BLACKLIST',
          conditions: [{ type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['127.0.0.0/8'] }],
        },
      ],
    },
  ],
});
const fault = (protocol: Protocol): RuleSource => ({
  type: 'FAULT_INJECT',
  list: 'faultInjectRules',
  rules: [{ ruleDbId: 1, services: [SERVICES[protocol]], faultInjectRuleItems: [{ configs: { code: 503 } }] }],
});

describe.each(PROTOCOLS)('the figures of %s', (protocol) => {
  const mesh = { app: 'demo', discovery: { address: '127.0.0.1:0' } };

  it.each<[string, RuleSource, ok: number, errors: number, refused: number]>([
    ['a limit', limit(protocol), 0, 0, 4],
    ['a list', deny(protocol), 0, 0, 4],
    ['an open breaker', fuse(protocol), 0, 2, 2],
    ['an injected fault, which is an error', fault(protocol), 0, 4, 0],
  ])('count on both sides what refuses: %s', async (_name, source, ...expected) => {
    const callee = await World.start(protocol, [source], { mesh });
    const caller = await World.start(protocol, [], { mesh, ownHost: false, ports: [callee.proxy.port('in')] });
    callee.service.behaviour = 'error';
    await caller.statuses(4, 'out');
    // A result that nothing had has no series.
    const counted = (world: World, direction: string): Promise<number[]> =>
      Promise.all(
        ['ok', 'error', 'rejected'].map((result) =>
          metric(world.proxy, 'weft_requests_total', { direction, result }).catch(() => 0),
        ),
      );
    const both = async () => [await counted(caller, 'out'), await counted(callee, 'in')];
    await until(async () => (await both()).every((side) => side.reduce((sum, count) => sum + count) === 4));
    expect(await both()).toEqual([expected, expected]);
  });
});
