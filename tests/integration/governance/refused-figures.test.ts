/** What rules refuse is refused, and no error, in the figures of both sides. */
import { expect, it } from 'vitest';
import { until } from '../engine/support.ts';
import { ECHO, startPair } from './mesh-pair.ts';
import { askOver } from './world.ts';

it('calls that a breaker of the service, or a routing rule of the caller, turns away are no errors', async () => {
  const { plane, front, service } = await startPair();
  const { ms } = plane.admin.client;
  const statuses = async (count: number): Promise<number[]> => {
    const seen = [];
    for (let i = 0; i < count; i++) seen.push((await askOver('Http1', front.port('out'), {})).status);
    return seen;
  };
  /** Requests, errors and refusals: of the caller's side, then of the service's. */
  const figures = async () => {
    const { nodes, edges } = await ms.getTopology();
    const sides = [
      edges.find(({ id }) => id.startsWith('app:front>app:back>')),
      nodes.find(({ id }) => id === 'app:back'),
    ];
    return sides.map((side) => [
      side?.requests,
      Math.round(((side?.errorRatio ?? 0) * (side?.requests ?? 0)) / 100),
      side?.rejected,
    ]);
  };
  const { ruleDbId: id } = await ms.createFuseRule({
    body: {
      name: 'breaker',
      app: 'back',
      services: [ECHO],
      enabled: true,
      spec: { threshold: 50, floorRequestCount: 2, meltWindowMillis: 3_600_000, probeNum: 1 },
    },
  });
  await until(async () => (await ms.getFuseRule({ params: { id } })).push.state === 'ok');
  service.behaviour = 'error';
  expect(await statuses(6)).toEqual([500, 500, 503, 503, 503, 503]);
  await until(async () => (await figures()).every(([requests]) => requests === 6));
  expect(await figures()).toEqual([
    [6, 2, 4],
    [6, 2, 4],
  ]);
  const route = await ms.createRouteRule({
    body: {
      name: 'nowhere',
      app: 'front',
      services: [ECHO],
      direction: 'CLIENT',
      enabled: true,
      spec: { destinations: [{ weight: 100, labels: { version: 'v9' } }] },
    },
  });
  await until(async () => (await ms.getRouteRule({ params: { id: route.ruleDbId } })).push.state === 'ok');
  expect(new Set(await statuses(4))).toEqual(new Set([503]));
  await until(async () => (await figures())[0]?.[0] === 10);
  expect(await figures()).toEqual([
    [10, 2, 8],
    [6, 2, 4],
  ]);
});
