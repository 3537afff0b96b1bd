/** Attacks on the bounds of framed RPC protocols other than Bolt: frames byte by byte, as their own libraries write them. */
import { expect } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, Peer, until } from './support.ts';

/** Starts a proxy in front of the cluster `host` that passes every service on to it. */
export type StartRpc = (protocol: string, extend: object, clusters: readonly object[]) => Promise<RunningProxy>;

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);

/** @param argument in Hessian @param attachments names and values, in turn */
export function dubboRequest(
  id: number,
  claimedLength?: number,
  argument: Buffer = text('x'),
  attachments: readonly string[] = [],
): Buffer {
  const body = Buffer.concat([
    ...['2.0.2', 'a.Service', '1.0', 'echo', 'Ljava/lang/String;'].map(text),
    ...[argument, Buffer.from('H'), ...attachments.map(text), Buffer.from('Z')],
  ]);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0xdabbc200);
  head.writeUInt32BE(id, 8);
  head.writeUInt32BE(claimedLength ?? body.length, 12);
  return Buffer.concat([head, body]);
}

function thriftRequest(id: number, claimedLength?: number): Buffer {
  const frame = hex(
    '00000037 dabc 00000037 001e 01 00000009 612e53657276696365 00000000000000ff 80010001 00000004 6563686f 00000001 00',
  );
  const size = claimedLength ?? frame.length - 4;
  frame.writeUInt32BE(size, 0);
  frame.writeUInt32BE(size, 6);
  frame.writeUInt32BE(id, 4 + 0x1e - 4);
  return frame;
}

function tarsRequest(id: number, tail: Buffer = hex('7d00 0c 8c 980c a80c'), claimedLength?: number): Buffer {
  const fields = Buffer.concat([
    hex(`10012c3c 40${id.toString(16).padStart(2, '0')}`),
    hex('56'),
    text('A.B.C'),
    hex('66'),
    text('echo'),
    tail,
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(claimedLength ?? 4 + fields.length);
  return Buffer.concat([length, fields]);
}

const NOBODY = [cluster('host', [1])];

/** A frame that announces more than is allowed ends the connection at once. */
async function oversized(proxy: RunningProxy, bytes: Buffer): Promise<Peer> {
  const peer = new Peer(proxy.port('front'));
  await peer.send(bytes);
  await peer.closed();
  expect(await metric(proxy, 'weft_proxy_protocol_errors_total')).toBe(1);
  return peer;
}

/** Four requests with room for three: the fourth is answered, the connection goes on. */
async function inFlight(start: StartRpc, protocol: string, request: (id: number) => Buffer): Promise<Buffer> {
  const backend = keep(await tcpBackend((socket) => void socket.on('data', () => {})));
  const proxy = await start(protocol, { max_requests_in_flight: 3 }, [cluster('host', [backend.port])]);
  const peer = new Peer(proxy.port('front'));
  await peer.send(Buffer.concat([1, 2, 3, 4].map(request)));
  await until(() => peer.count > 0);
  expect(peer.events).toEqual([]);
  return peer.bytes;
}

export function rpcAttacks(start: StartRpc): Readonly<Record<string, () => Promise<void>>> {
  return {
    async 'dubbo-frame'() {
      const peer = await oversized(await start('dubbo', {}, NOBODY), dubboRequest(1, 9 * 1024 * 1024));
      expect([peer.bytes[3], peer.bytes.readUInt32BE(8)]).toEqual([40, 1]);
    },
    async 'dubbo-in-flight'() {
      const answer = await inFlight(start, 'dubbo', (id) => dubboRequest(id));
      expect([answer[3], answer.readUInt32BE(8)]).toEqual([40, 4]);
    },
    async 'dubbo-thrift-frame'() {
      await oversized(await start('dubbo-thrift', {}, NOBODY), thriftRequest(1, 9 * 1024 * 1024));
    },
    async 'dubbo-thrift-in-flight'() {
      const answer = await inFlight(start, 'dubbo-thrift', (id) => thriftRequest(id));
      expect([answer.readUInt32BE(4 + 0x1e - 4), answer.includes(hex('80010003'))]).toEqual([4, true]);
    },
    async 'tars-frame'() {
      await oversized(await start('tars', {}, NOBODY), tarsRequest(1, undefined, 11 * 1024 * 1024));
    },
    async 'tars-in-flight'() {
      const answer = await inFlight(start, 'tars', (id) => tarsRequest(id));
      expect(answer.subarray(4, 12)).toEqual(hex('1001 2c 3004 4c 50f7'));
    },
    async 'tars-context'() {
      const seen: Buffer[] = [];
      const backend = keep(
        await tcpBackend((socket) => void socket.on('data', (chunk: Buffer) => seen.push(Buffer.from(chunk)))),
      );
      const proxy = await start('tars', {}, [cluster('host', [backend.port])]);
      const pairs = hex(`0600 1600`.repeat(1001));
      const request = tarsRequest(7, Buffer.concat([hex('7d00 0c 8c 98 01 03e9'), pairs, hex('a80c')]));
      const peer = new Peer(proxy.port('front'));
      await peer.send(request);
      // The id of one byte goes out as four.
      await until(() => Buffer.concat(seen).length >= request.length + 3);
      expect(Buffer.concat(seen).subarray(-pairs.length - 2, -2)).toEqual(pairs);
      expect(peer.events).toEqual([]);
    },
  };
}
