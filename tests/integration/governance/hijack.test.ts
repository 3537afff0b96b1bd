import { describe, expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { PROTOCOLS, type RuleSource, SUCCESS, World } from './world.ts';

const hijacks = (...rules: object[]): RuleSource => ({ type: 'HIJACK', list: 'hijackRules', rules });
/** What a caller over the limit sees, in the words of each protocol. */
const REFUSED = { Http1: 429, Http2: 429, grpc: 8, tri: 8, bolt: 4, dubbo: 40, 'dubbo-thrift': 6, tars: -9 } as const;

describe.each(PROTOCOLS)('%s', (protocol) => {
  it('lets so many requests reach a port, and as many as come when there is no limit', async () => {
    const world = await World.start(protocol, []);
    const ok = SUCCESS[protocol];
    const rule = { ruleDbId: 12, port: world.proxy.port('in'), maxRequests: 2, unit: 'concurrency' };
    world.service.behaviour = 'silent';
    await world.change([hijacks(rule)]);
    const port = world.proxy.port('in');
    expect(port).toBe(rule.port);
    const before = world.service.seen;
    const open = [world.ask('in'), world.ask('in')];
    for (const request of open) request.catch(() => {});
    const { proxy } = world;
    const inFlight = () => metric(proxy, 'weft_limit_inflight', { rule: '12' });
    // With the service, too: what it says to a request is decided when it arrives.
    while (world.service.seen < before + 2 || (await inFlight()) < 2)
      await new Promise((resolve) => setImmediate(resolve));
    world.service.behaviour = 'ok';
    const refused = await world.ask('in');
    expect(refused.status).toBe(REFUSED[protocol]);
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(refused.headers).toMatchObject({ 'x-weft-reject': 'hijack', 'x-weft-rule': '12' });
    else expect(refused.text).toContain('|rule=12');
    expect((await world.ask('out')).status).toBe(ok);
    await world.change([hijacks({ ...rule, maxRequests: 0 })]);
    expect(await world.statuses(3)).toEqual([ok, ok, ok]);
    await expectSound(world.proxy);
  });
});
