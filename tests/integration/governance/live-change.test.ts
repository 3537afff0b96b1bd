/**
 * A rule that is changed while it acts keeps what it has counted, of every type; switched off, it forgets. What breakers and
 * isolated instances keep is in the tests of these types.
 */
import { expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { type RuleSource, SERVICES, World } from './world.ts';

const SERVICE = SERVICES.Http1;
const common = { ruleDbId: 9, services: [SERVICE] };
/** So slow that nothing comes back while a test runs. */
const bucket = (threshold: number) => ({ ...common, threshold, timeMs: 1_000_000, maxBurstRatio: 1000 });
const limits = (...rules: object[]): RuleSource => ({ type: 'LIMIT', list: 'flowControlRules', rules });
const service = { type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [SERVICE] };
const version = (value: string) => [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [value] }];

/** A rule, what it is changed to, and the listener that it acts at. */
const CASES: readonly {
  readonly type: string;
  readonly listener: 'in' | 'out';
  readonly source: (changed: boolean, on: boolean) => RuleSource;
}[] = [
  {
    type: 'limit',
    listener: 'in',
    source: (changed, on) => limits({ ...bucket(changed ? 60 : 100), enabled: on }),
  },
  {
    type: 'fuse',
    listener: 'in',
    source: (changed, on) => ({
      type: 'FUSE',
      list: 'fuseRules',
      rules: [{ ...common, threshold: changed ? 60 : 50, enabled: on }],
    }),
  },
  {
    type: 'fault-inject',
    listener: 'in',
    source: (changed, on) => ({
      type: 'FAULT_INJECT',
      list: 'faultInjectRules',
      rules: [{ ...common, enabled: on, faultInjectRuleItems: [{ configs: { code: changed ? 502 : 500 } }] }],
    }),
  },
  {
    type: 'auth',
    listener: 'in',
    source: (changed, on) => ({
      type: 'AUTH',
      list: 'rbacRules',
      rules: [
        {
          service: SERVICE,
          blackListEnabled: true,
          rules: [{ ruleDbId: 9, type: 'BLACKLIST', enabled: on, ...(changed ? { reject: { status: 451 } } : {}) }],
        },
      ],
    }),
  },
  {
    type: 'hijack',
    listener: 'in',
    source: (changed, on) => ({
      type: 'HIJACK',
      list: 'hijackRules',
      rules: [{ ruleDbId: 9, port: 1, maxRequests: changed ? 60 : 100, enabled: on }],
    }),
  },
  {
    type: 'downgrade',
    listener: 'out',
    source: (changed, on) => ({
      type: 'DOWNGRADE',
      list: 'downgradeRules',
      rules: [
        {
          ruleDbId: 9,
          enabled: on,
          conditions: [service],
          actions: [{ type: 'REJECT', extension: [changed ? { status: 500 } : {}] }],
        },
      ],
    }),
  },
  {
    type: 'route',
    listener: 'out',
    source: (changed, on) => ({
      type: 'ROUTE',
      list: 'rules',
      rules: [
        {
          id: 9,
          enabled: on,
          destinations: changed
            ? [{ weight: 100, destination: version('v1') }]
            : [
                { weight: 50, destination: version('v1') },
                { weight: 50, destination: version('v1') },
              ],
        },
      ],
    }),
  },
  {
    type: 'mirror',
    listener: 'in',
    source: (changed, on) => ({
      type: 'MIRROR',
      list: 'mirrorRules',
      rules: [
        { ...common, enabled: on, targetAddresses: ['127.0.0.1:1'], percent: 100, maxPending: changed ? 10 : 20 },
      ],
    }),
  },
  {
    type: 'isolate',
    listener: 'out',
    source: (changed, on) => ({
      type: 'ISOLATE',
      list: 'faultToleranceRules',
      rules: [{ ...common, enabled: on, leastExceptionRate: changed ? 60 : 50 }],
    }),
  },
];

it.each(CASES)('$type goes on counting when it is changed, and begins anew when it was off', async (item) => {
  const { type, listener, source } = item;
  const world = await World.start('Http1', [], { labels: [{ version: 'v1' }] });
  const port = world.proxy.port('in');
  const now = (changed: boolean, on: boolean): RuleSource => {
    const made = source(changed, on);
    // A rule about a port is about that of the listener.
    return type === 'hijack' ? { ...made, rules: made.rules.map((rule) => ({ ...rule, port })) } : made;
  };
  const counted = () => metric(world.proxy, 'weft_governance_total', { rule: '9' });
  await world.change([now(false, true)]);
  await world.statuses(3, listener);
  expect(await counted()).toBe(3);
  await world.change([now(true, true)]);
  expect(await counted()).toBe(3);
  await world.statuses(2, listener);
  expect(await counted()).toBe(5);
  await world.change([now(true, false)]);
  await world.statuses(2, listener);
  await world.change([now(true, true)]);
  await world.statuses(1, listener);
  expect(await counted()).toBe(1);
  await expectSound(world.proxy);
});

it('a smaller limit keeps its share of the tokens, a larger one too, and neither starts full or empty', async () => {
  const world = await World.start('Http1', [limits(bucket(20))]);
  const passed = async (count: number) => (await world.statuses(count)).filter((status) => status === 200).length;
  expect(await passed(8)).toBe(8);
  // 12 of 20 are left: 6 of 10, then 12 of 20 again.
  await world.change([limits(bucket(10))]);
  expect(await passed(4)).toBe(4);
  await world.change([limits(bucket(20))]);
  expect(await passed(10)).toBe(4);
  // Switched off it forgets.
  await world.change([limits({ ...bucket(20), enabled: false })]);
  await world.change([limits(bucket(20))]);
  expect(await passed(30)).toBe(20);
});

it('requests under way count against a smaller limit of a port, and of a service', async () => {
  const world = await World.start('Http1', []);
  const port = world.proxy.port('in');
  const hijack = (maxRequests: number): RuleSource => ({
    type: 'HIJACK',
    list: 'hijackRules',
    rules: [{ ruleDbId: 9, port, maxRequests, unit: 'concurrency' }],
  });
  const running = (threshold: number): RuleSource =>
    limits({ ...common, ruleDbId: 10, threshold, thresholdType: 'concurrency' });
  await world.change([hijack(5), running(5)]);
  world.service.behaviour = 'silent';
  const held = [world.ask(), world.ask()].map((request) => request.catch(() => {}));
  await until(() => world.service.seen === held.length);
  world.service.behaviour = 'ok';
  expect(await world.statuses(1)).toEqual([200]);
  await world.change([hijack(2), running(5)]);
  expect((await world.ask()).headers).toMatchObject({ 'x-weft-reject': 'hijack' });
  await world.change([hijack(3), running(2)]);
  expect((await world.ask()).headers).toMatchObject({ 'x-weft-reject': 'limit' });
  await world.change([hijack(3), running(3)]);
  expect(await world.statuses(2)).toEqual([200, 200]);
});
