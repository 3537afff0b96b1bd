/** Calls of Dubbo whose route goes by the group of the service: an attachment, which stands behind arguments of any size. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { expectSound } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type DubboAnswer, DubboConsumer, receiver, responseFrame } from '../transcoding/dubbo.ts';

const MIB = 1024 * 1024;
const SERVICE = 'com.x.Orders';

let provider: Backend;
let proxy: RunningProxy;
const consumers: DubboConsumer[] = [];

beforeAll(async () => {
  provider = await tcpBackend((socket) => {
    const read = receiver(() => 1);
    socket.on('data', (chunk) => {
      for (const { id, args, attachments } of read(chunk))
        socket.write(responseFrame(id, 20, [1, `${attachments.get('group')} ${(args[0] as Buffer).length}`]));
    });
  });
  const listener = (name: string, options: object): object =>
    proxyListener({ name, protocol: 'dubbo', extend: { dubbo: options } });
  const headers = [
    { name: 'service', value: SERVICE },
    { name: 'group', value: 'blue' },
  ];
  proxy = await startProxy(
    configuration({
      listeners: [
        listener('readable', { max_gathered_request_bytes: 8 * MIB }),
        listener('plain', {}),
        listener('cut', { max_gathered_frame_bytes: 0 }),
      ],
      routes: [{ match: { headers }, route: { cluster_name: 'orders' } }],
      clusters: [cluster('orders', [provider.port])],
    }),
  );
}, 60_000);

afterAll(async () => {
  for (const consumer of consumers) consumer.close();
  if (proxy !== undefined) await expectSound(proxy);
  await proxy?.dispose();
  await provider?.close();
});

async function send(name: string, bytes: number, group = 'blue'): Promise<DubboAnswer> {
  const consumer = await DubboConsumer.connect(proxy.port(name));
  consumers.push(consumer);
  return consumer.call({
    service: SERVICE,
    method: 'send',
    types: '[B',
    args: [Buffer.alloc(bytes, 7)],
    attachments: { group },
  });
}

it.each([
  ['the first one, which is more than may wait for a connection in pieces', 'readable', 3 * MIB],
  ['nearly the largest that a provider takes', 'readable', 8 * MIB - 100_000],
  ['a small one', 'readable', 10],
  ['one within what is gathered by default', 'plain', 60_000],
])('finds its route: %s', async (_what, listener, bytes) => {
  expect(await send(listener, bytes)).toEqual({ status: 20, kind: 1, value: `blue ${bytes}` });
});

it('is without a route for another group, as a small one is', async () => {
  const answer = { status: 60, kind: -1, value: '404|router unavailable' };
  expect(await send('readable', 3 * MIB, 'red')).toEqual(answer);
  expect(await send('readable', 10, 'red')).toEqual(answer);
});

it.each([
  ['plain', 65_520],
  ['cut', 0],
])('is told that its group was not read, at the listener %s', async (listener, limit) => {
  const { status, value } = await send(listener, 3 * MIB);
  expect([status, value]).toEqual([
    60,
    expect.stringMatching(
      new RegExp(
        `^404\\|router unavailable: the group of a request of 31\\d{5} bytes is not read, only that of up to ${limit} \\(max_gathered_request_bytes\\)$`,
      ),
    ),
  ]);
});
