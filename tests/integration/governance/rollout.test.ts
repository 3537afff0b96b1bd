/** A rollout through real proxies: the one that tries the rule suffers for seconds, the other never. */
import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { until } from '../engine/support.ts';
import { startPlane } from './plane.ts';
import { SERVICES, World } from './world.ts';

it('a bad rule is rolled back by itself, and the other proxy never saw it', async () => {
  const { client, mesh } = await startPlane();
  const canary = await World.start('Http1', [], { mesh: { ...mesh, labels: { lane: 'canary' } } });
  const other = await World.start('Http1', [], { mesh });
  const rule = { name: 'qps', app: 'demo', services: [SERVICES.Http1], spec: { threshold: 100_000 } };
  const { ruleDbId: id } = await client.ms.createLimitRule({ body: { ...rule, enabled: true } });
  const params = { id };
  await until(async () => {
    const { push } = await client.ms.getLimitRule({ params });
    return push.state === 'ok' && push.target === 2;
  });
  await client.ms.startLimitRuleRollout({
    params,
    body: {
      rule: { ...rule, spec: { threshold: 1, timeMs: 60_000 } },
      selector: { labels: { lane: 'canary' } },
      steps: [{ percent: 100, waitSec: 600, guard: { maxRejectRate: 0.1 } }],
    },
  });
  const atCanary = new Set<number>();
  const atOther = new Set<number>();
  const read = () => client.ms.getLimitRuleRollout({ params });
  await until(async () => {
    for (const status of await canary.statuses(10)) atCanary.add(status);
    for (const status of await other.statuses(10)) atOther.add(status);
    return (await read()).state === 'ABORTED';
  });
  expect([...atCanary].sort()).toEqual([200, 429]);
  expect([...atOther]).toEqual([200]);
  // The line that operators look for is at the proxies that have the gray value, and at no other.
  const line = `[drm-gray] gray data value OnChange,appName=demo,dataId=${ruleDataId('LIMIT', 'demo')}`;
  expect([canary, other].map(({ proxy }) => proxy.log().includes(line))).toEqual([true, false]);
  // One line of each version that came.
  const versions = canary.proxy
    .log()
    .split('\n')
    .filter((text) => text.includes('rules are in force') && text.includes(ruleDataId('LIMIT', 'demo')));
  expect(versions.length).toBeGreaterThan(1);
  expect(new Set(versions.map((text) => text.replace(/.* version=(\d+).*/, '$1'))).size).toBe(versions.length);
  expect((await read()).breach).toMatchObject({ guard: 'maxRejectRate', limit: 0.1, reference: 0 });
  expect((await client.ms.getLimitRule({ params })).spec.threshold).toBe(100_000);
  await until(async () => (await canary.ask()).status === 200);
  expect(await canary.statuses(5)).toEqual([200, 200, 200, 200, 200]);
});

it('a whitelist that forgets its callers is rolled back before it is anywhere else', async () => {
  const { client, mesh } = await startPlane();
  const canary = await World.start('Http1', [], { mesh: { ...mesh, labels: { lane: 'canary' } } });
  const { ruleDbId: id } = await client.ms.createAuthRule({
    body: {
      name: 'callers',
      app: 'demo',
      services: [SERVICES.Http1],
      conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['somebody'] }],
      spec: { type: 'WHITELIST' },
    },
  });
  const params = { id };
  await until(async () => (await client.ms.listSidecars({ query: { app: 'demo' } })).total === 1);
  expect(await canary.statuses(2)).toEqual([200, 200]);
  const steps = [{ percent: 100, waitSec: 600, guard: { maxRejectRate: 0.1 } }];
  await client.ms.startAuthRuleRollout({ params, body: { steps, selector: { labels: { lane: 'canary' } } } });
  const seen = new Set<number>();
  await until(async () => {
    for (const status of await canary.statuses(10)) seen.add(status);
    return (await client.ms.getAuthRuleRollout({ params })).state === 'ABORTED';
  });
  expect(seen).toContain(403);
  expect((await client.ms.getAuthRuleRollout({ params })).breach).toMatchObject({ guard: 'maxRejectRate' });
  expect(await client.ms.getAuthRule({ params })).toMatchObject({ enabled: false, version: 1 });
  await until(async () => (await canary.ask()).status === 200);
});
