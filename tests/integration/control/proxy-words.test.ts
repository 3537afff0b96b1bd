/** What a real proxy says of itself is known by its form, so that pages in other languages can say it again. */
import { type Message, proxyMessage, ruleCalls } from '@weft/api';
import { expect, test, vi } from 'vitest';
import { openWorld, SERVICE } from './mesh-world.ts';

const WAIT = { timeout: 30_000, interval: 100 };
vi.setConfig({ testTimeout: 120_000 });

/** Parameters that are a text of ours, and are not known. */
const unknownIn = ({ params }: Message): string[] =>
  Object.entries(params).flatMap(([name, value]) => {
    if (typeof value === 'object') return unknownIn(value);
    return ['reason', 'from', 'origin', 'first', 'rest'].includes(name) ? [String(value)] : [];
  });

test('events while it runs, and health without a control plane', async () => {
  const world = await openWorld();
  const { ms } = world.plane.admin.client;
  try {
    const body = { name: 'qps', app: 'speaks', services: [SERVICE], enabled: true, spec: { threshold: 5 } };
    await ruleCalls(ms, 'limit').create({ body });
    const { proxy } = await world.join('speaks');
    const events = async () => {
      const [item] = (await ms.listSidecars({ query: { app: 'speaks' } })).items;
      if (item === undefined) return [];
      return (await ms.getSidecar({ params: { proxyId: item.proxyId } })).events;
    };
    await vi.waitFor(async () => expect((await events()).length).toBeGreaterThan(0), WAIT);
    for (const { message } of await events()) {
      const said = proxyMessage(message);
      expect([message, said?.id, said && unknownIn(said)]).toEqual([message, 'proxy.rules-in-force', []]);
    }
    await world.close();
    const health = async () => {
      const { components = [] } = JSON.parse((await proxy.admin('GET', '/api/v1/health')).body) as {
        components?: { name: string; message: string }[];
      };
      return components.find(({ name }) => name === 'registry')?.message ?? '';
    };
    await vi.waitFor(async () => expect(await health()).not.toBe(''), WAIT);
    const message = await health();
    expect([message, proxyMessage(message)?.id]).toEqual([
      message,
      expect.stringMatching(/^proxy\.(broke|no-|goes-away)/),
    ]);
  } finally {
    await world.close();
  }
});
