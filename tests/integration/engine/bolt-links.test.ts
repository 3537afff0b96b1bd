import { expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { type BoltFrame, BoltReader, boltRequest, boltResponse } from './bolt.ts';
import { keep, Peer, start, until } from './support.ts';

interface BoltBackend {
  readonly proxy: RunningProxy;
  /** Bytes that each connection of the proxy has brought so far. */
  readonly links: { bytes: number }[];
  readonly requests: BoltFrame[];
}

/** A proxy in front of a Bolt server; `answer` gets every complete request. */
async function front(answer: (frame: BoltFrame, write: (bytes: Buffer) => void) => void): Promise<BoltBackend> {
  const links: { bytes: number }[] = [];
  const requests: BoltFrame[] = [];
  const backend = keep(
    await tcpBackend((socket) => {
      const reader = new BoltReader();
      const link = { bytes: 0 };
      links.push(link);
      socket.on('data', (chunk: Buffer) => {
        link.bytes += chunk.length;
        for (const frame of reader.push(chunk)) {
          requests.push(frame);
          answer(frame, (bytes) => socket.write(bytes));
        }
      });
    }),
  );
  const proxy = await start(
    configuration({
      listeners: [proxyListener({ protocol: 'bolt' })],
      routes: [{ match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'b' } }],
      clusters: [cluster('b', [backend.port])],
    }),
  );
  return { proxy, links, requests };
}

it('opens another connection while a large request is in the middle of its frame', async () => {
  const { proxy, links, requests } = await front((frame, write) =>
    write(boltResponse(frame.id, String(frame.content.length))),
  );
  const content = Buffer.alloc(1_000_000, 'x');
  const large = boltRequest({ id: 1, content });
  const slow = new Peer(proxy.port('front'));
  await slow.send(large.subarray(0, 500_000));
  await until(() => links.length === 1 && (links[0]?.bytes ?? 0) > 100_000);

  // The link is taken until the frame is complete, which is up to a stranger: the others do not wait for that.
  const others = Array.from({ length: 5 }, () => new Peer(proxy.port('front')));
  for (const [index, peer] of others.entries()) await peer.send(boltRequest({ id: 10 + index, content: 'small' }));
  for (const peer of others) await until(() => new BoltReader().push(peer.bytes).length === 1);
  expect(requests.map((frame) => frame.content.length)).toEqual([5, 5, 5, 5, 5]);
  expect(links.length).toBe(2);

  await slow.send(large.subarray(500_000));
  await until(() => new BoltReader().push(slow.bytes).length === 1);
  expect(new BoltReader().push(slow.bytes)[0]?.content.toString()).toBe('1000000');
  // Both links go on.
  for (const peer of others) await peer.send(boltRequest({ id: 30, content: 'again' }));
  for (const peer of others) await until(() => new BoltReader().push(peer.bytes).length === 2);
  expect(links.length).toBe(2);
});

it('counts the answers whose callers are gone', async () => {
  const held: (() => void)[] = [];
  const { proxy, requests } = await front((frame, write) => {
    if (frame.content.toString() === 'wait') held.push(() => write(boltResponse(frame.id, 'late')));
    else write(boltResponse(frame.id, 'ok'));
  });
  const gone = new Peer(proxy.port('front'));
  await gone.send(Buffer.concat([boltRequest({ id: 1, content: 'wait' }), boltRequest({ id: 2, content: 'wait' })]));
  await until(() => requests.length === 2);
  gone.socket.resetAndDestroy();
  await until(async () => (await metric(proxy, 'weft_proxy_exchanges_active')) === 0);
  for (const answer of held) answer();
  await until(async () => (await metric(proxy, 'weft_proxy_late_responses_total')) === 2);
  const peer = new Peer(proxy.port('front'));
  await peer.send(boltRequest({ id: 3 }));
  await until(() => new BoltReader().push(peer.bytes).length === 1);
});

it('counts answers that wait behind an unfinished one towards the marks', async () => {
  // Announced and begun, never finished: it holds the caller's link.
  const stuck = keep(
    await tcpBackend((socket) => {
      const reader = new BoltReader();
      socket.on('data', (chunk: Buffer) => {
        for (const { id } of reader.push(chunk))
          socket.write(boltResponse(id, Buffer.alloc(500_000)).subarray(0, 300_000));
      });
    }),
  );
  let answered = 0;
  const prompt = keep(
    await tcpBackend((socket) => {
      const reader = new BoltReader();
      socket.on('data', (chunk: Buffer) => {
        for (const { id } of reader.push(chunk)) {
          answered++;
          socket.write(boltResponse(id, Buffer.alloc(60_000)));
        }
      });
    }),
  );
  const route = (service: string, name: string): object => ({
    match: { headers: [{ name: 'service', value: service }] },
    route: { cluster_name: name },
  });
  const proxy = await start(
    configuration({
      listeners: [proxyListener({ protocol: 'bolt' })],
      routes: [route('stuck', 'stuck'), route('prompt', 'prompt')],
      clusters: [cluster('stuck', [stuck.port]), cluster('prompt', [prompt.port])],
    }),
  );
  const peer = new Peer(proxy.port('front'));
  await peer.send(boltRequest({ id: 1, headers: { service: 'stuck' } }));
  await until(() => peer.count > 200_000);
  for (let id = 2; id < 42; id++) await peer.send(boltRequest({ id, headers: { service: 'prompt' } }));
  await until(() => answered === 40);
  // Forty answers of 60 000 bytes; only what is counted is bounded by the marks.
  await until(async () => (await metric(proxy, 'weft_proxy_buffered_bytes')) > 2_000_000);
  peer.socket.resetAndDestroy();
  await until(async () => (await metric(proxy, 'weft_proxy_buffered_bytes')) < 200_000);
});
