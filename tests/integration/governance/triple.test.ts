/** Every type of rules over Triple, in the words of gRPC; the types themselves are tried over the other protocols. */
import { expect, it } from 'vitest';
import { type RuleSource, SERVICES, type World as Started, World } from './world.ts';

const services = [SERVICES.tri];
const limit: RuleSource = {
  type: 'LIMIT',
  list: 'flowControlRules',
  rules: [{ ruleDbId: 1, threshold: 1, timeMs: 1_000_000, services }],
};
const fuse: RuleSource = {
  type: 'FUSE',
  list: 'fuseRules',
  rules: [{ ruleDbId: 2, services, threshold: 50, floorRequestCount: 2, meltWindowMillis: 3_600_000 }],
};
const fault: RuleSource = {
  type: 'FAULT_INJECT',
  list: 'faultInjectRules',
  rules: [{ ruleDbId: 3, services, faultInjectRuleItems: [{ ruleType: 'ABORT', configs: { code: 503 } }] }],
};
const auth: RuleSource = {
  type: 'AUTH',
  list: 'rbacRules',
  rules: [
    {
      service: SERVICES.tri,
      whiteListEnabled: true,
      rules: [
        {
          ruleDbId: 4,
          conditions: [{ type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: ['friend'] }],
        },
      ],
    },
  ],
};
const degrade: RuleSource = {
  type: 'DOWNGRADE',
  list: 'downgradeRules',
  rules: [{ ruleDbId: 5, services, actions: [{ type: 'REJECT', enabled: true }] }],
};
const route = (version: string): RuleSource => ({
  type: 'ROUTE',
  list: 'rules',
  rules: [
    {
      id: 6,
      destinations: [
        { weight: 100, destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [version] }] },
      ],
    },
  ],
});

const expectSeen = (world: Started, seen: number): void => expect(world.service.seen).toBe(seen);

it.each<[string, RuleSource, 'in' | 'out', number]>([
  ['degradation', degrade, 'out', 14],
  ['fault injection', fault, 'in', 14],
  ['authorization', auth, 'in', 7],
  ['routing without an instance', route('v9'), 'out', 14],
])('%s answers instead of the service', async (_name, source, listener, status) => {
  const world = await World.start('tri', [source], { labels: [{ version: 'v1' }] });
  expect((await world.ask(listener)).status).toBe(status);
  expectSeen(world, 0);
  // The other side of the same proxy is not asked.
  expect((await world.ask(listener === 'in' ? 'out' : 'in')).status).toBe(0);
});

it('limits, lets friends in, and routes to the instances that there are', async () => {
  const world = await World.start('tri', [limit, auth, route('v1')], { labels: [{ version: 'v1' }] });
  const friend = { 'x-weft-source-app': 'friend' };
  expect(await world.statuses(3, 'in', friend)).toEqual([0, 8, 8]);
  expect(await world.statuses(2, 'out')).toEqual([0, 0]);
});

it('opens a circuit breaker after errors of the service', async () => {
  const world = await World.start('tri', [fuse]);
  world.service.behaviour = 'error';
  expect(await world.statuses(3)).toEqual([13, 13, 14]);
  expectSeen(world, 2);
});
