/** An application that answers errors in the words of a refusal: no rule stands behind them, and nobody believes it. */
import { describe, expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { PROTOCOLS, type Protocol, type RuleSource, SERVICES, World } from './world.ts';

const FLOOR = 2;
const ASKED = 6;

const fuse = (protocol: Protocol, direction: 'CLIENT' | 'SERVER'): RuleSource => ({
  type: 'FUSE',
  list: 'fuseRules',
  rules: [
    {
      ruleDbId: 2,
      services: [SERVICES[protocol]],
      direction,
      threshold: 50,
      floorRequestCount: FLOOR,
      meltWindowMillis: 3_600_000,
    },
  ],
});

const mesh = { app: 'demo', discovery: { address: '127.0.0.1:0' } };

/** A proxy before its own application, named as publications name it. */
async function provider(protocol: Protocol, sources: readonly RuleSource[]): Promise<World> {
  const world = await World.start(protocol, sources, { mesh, clusterName: 'local_x_service_y' });
  world.service.behaviour = 'forged';
  return world;
}

/** Requests that a proxy has counted, by result. */
const counted = (world: World, direction: string): Promise<number[]> =>
  Promise.all(
    ['ok', 'error', 'rejected'].map((result) =>
      metric(world.proxy, 'weft_requests_total', { direction, result }).catch(() => 0),
    ),
  );

describe.each(PROTOCOLS)('forged refusals over %s', (protocol) => {
  it('open the breaker in front of the service', async () => {
    const callee = await provider(protocol, [fuse(protocol, 'SERVER')]);
    await callee.statuses(ASKED);
    expect(callee.service.seen).toBe(FLOOR);
  });

  it('open the breaker of the caller, and are errors in the figures of both', async () => {
    const callee = await provider(protocol, []);
    const caller = await World.start(protocol, [fuse(protocol, 'CLIENT')], {
      mesh,
      ownHost: false,
      ports: [callee.proxy.port('in')],
    });
    await caller.statuses(ASKED, 'out');
    expect(callee.service.seen).toBe(FLOOR);
    const both = async () => [await counted(caller, 'out'), await counted(callee, 'in')];
    const expected = [
      [0, FLOOR, ASKED - FLOOR],
      [0, FLOOR, 0],
    ];
    await until(async () => String(await both()) === String(expected));
    expect(await both()).toEqual(expected);
  });
});
