/** Attacks on what values in Hessian may be: few bytes that are deep, or many classes, or that point where nothing is. */
import { expect } from 'vitest';
import { call, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { callsTo } from '../transcoding/dubbo.ts';
import { dubboRequest } from './rpc-bounds.ts';
import { keep, Peer, start, until } from './support.ts';

/** A list in a list, and so on, with null inside: so many values within values. */
const nested = (depth: number): Buffer => Buffer.from(`${'79'.repeat(depth)}4e`, 'hex');
const int = (value: number): Buffer => {
  const bytes = Buffer.from('4900000000', 'hex');
  bytes.writeInt32BE(value, 1);
  return bytes;
};
/** A list of objects without fields, each of a class of its own. */
const classes = (count: number): Buffer =>
  Buffer.concat([
    Buffer.from('58', 'hex'),
    int(count),
    ...Array.from({ length: count }, (_, index) => Buffer.concat([Buffer.from('430161904f', 'hex'), int(index)])),
  ]);
/** One class of so many fields, from 48 to 2047 of them, and an object of it whose fields are null. */
const fields = (count: number): Buffer => {
  const length = (0xc800 + count).toString(16);
  return Buffer.from(`430161${length}${'0161'.repeat(count)}60${'4e'.repeat(count)}`, 'hex');
};
/** A list of one: a reference to the value of this number. The list itself is number 0. */
const reference = (to: number): Buffer => Buffer.from([0x79, 0x51, 0x90 + to]);

/** In front of an HTTP host that is not there. */
const convertingDubbo = (): Promise<RunningProxy> =>
  start(
    configuration({
      listeners: [
        proxyListener({ protocol: 'dubbo', streamFilters: [{ type: 'transcoder', config: { type: 'dubbo_http' } }] }),
      ],
      routes: [callsTo('host')],
      clusters: [cluster('host', [1])],
    }),
  );

/** Status of Dubbo, and what is said with it; status 40 is that of a bad request. */
async function answerTo(proxy: RunningProxy, argument: Buffer): Promise<string> {
  const peer = new Peer(proxy.port('front'));
  await peer.send(dubboRequest(1, undefined, argument));
  await until(() => peer.bytes.length >= 16 && peer.bytes.length >= 16 + peer.bytes.readUInt32BE(12));
  const status = peer.bytes[3];
  return status === 40 ? `40 ${peer.bytes.subarray(16).toString('latin1')}` : 'converted';
}

export const HESSIAN_ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  async 'hessian-depth'() {
    const proxy = await convertingDubbo();
    expect(await answerTo(proxy, nested(99))).toBe('converted');
    expect(await answerTo(proxy, nested(101))).toMatch(/^40 .*values too deep/);
    expect(await answerTo(proxy, nested(100_000))).toMatch(/^40 .*values too deep/);

    // The same in an answer.
    const backend = keep(
      await tcpBackend(
        (socket) =>
          void socket.on('data', (asked: Buffer) => {
            const body = Buffer.concat([Buffer.from([0x91]), nested(101)]);
            const head = Buffer.from('dabb0214', 'hex');
            const rest = Buffer.alloc(12);
            asked.copy(rest, 0, 4, 12);
            rest.writeUInt32BE(body.length, 8);
            socket.write(Buffer.concat([head, rest, body]));
          }),
      ),
    );
    const back = await start(
      configuration({
        listeners: [proxyListener({ streamFilters: [{ type: 'transcoder', config: { type: 'http_dubbo' } }] })],
        routes: [routesTo('host')],
        clusters: [cluster('host', [backend.port])],
      }),
    );
    const headers = { 'content-type': 'application/json' };
    const answer = await call(back.port('front'), { method: 'POST', path: '/com.x.Y/get', headers, body: '[1]' });
    expect([answer.status, answer.body]).toEqual([502, expect.stringContaining('too deep')]);
  },
  async 'hessian-classes'() {
    const proxy = await convertingDubbo();
    expect(await answerTo(proxy, classes(1000))).toBe('converted');
    expect(await answerTo(proxy, classes(1001))).toMatch(/^40 .*too many classes/);
    expect(await answerTo(proxy, fields(1000))).toBe('converted');
    expect(await answerTo(proxy, fields(1001))).toMatch(/^40 .*too many fields/);
  },
  async 'hessian-references'() {
    const proxy = await convertingDubbo();
    expect(await answerTo(proxy, reference(5))).toMatch(/^40 .*reference/i);
    // A list in itself is read, and cannot be said in JSON.
    expect(await answerTo(proxy, reference(0))).toMatch(/^40 .*cycl/i);
  },
  async 'hessian-attachments'() {
    const seen = { blue: 0, host: 0 };
    const backend = async (name: keyof typeof seen) => {
      const count = (chunk: Buffer): void => {
        seen[name] += chunk.length;
      };
      return keep(await tcpBackend((socket) => void socket.on('data', count)));
    };
    const [blue, host] = [await backend('blue'), await backend('host')];
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'dubbo' })],
        routes: [
          { match: { headers: [{ name: 'tenant', value: 'blue' }] }, route: { cluster_name: 'blue' } },
          callsTo('host'),
        ],
        clusters: [cluster('blue', [blue.port]), cluster('host', [host.port])],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    const flat = dubboRequest(1, undefined, nested(150), ['tenant', 'blue']);
    const deep = dubboRequest(2, undefined, nested(5000), ['tenant', 'blue']);
    await peer.send(Buffer.concat([flat, deep]));
    await until(() => seen.blue >= flat.length && seen.host >= deep.length);
    expect([seen.blue, seen.host, peer.events]).toEqual([flat.length, deep.length, []]);
  },
};
