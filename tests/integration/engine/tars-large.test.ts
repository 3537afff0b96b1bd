/** Answers of Tars larger than what one connection may leave waiting (4 MiB), and the calls beside them. */
import { expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { keep, Peer, start, until } from './support.ts';
import { readTarsRequest, readTarsResponse, type TarsAnswer, TarsReader, tarsRequest, tarsResponse } from './tars.ts';

const TIMEOUT_MS = 60_000;
/** Ids of four bytes; the proxy writes the ids of its callers as they were. */
const FIRST_ID = 100_000;
/** Below what a frame of Tars may have, 10 MiB. */
const SIZES = [5, 6_000_000, 10, 9_000_000, 7, 10_400_000, 1];
const every = { headers: [{ name: 'service', value: '.+', regex: true }] };

/** A host that answers `bytes<n>` with so many, and `wait` when it is told to. */
async function startHost() {
  const links: number[] = [];
  const held: (() => void)[] = [];
  const backend = keep(
    await tcpBackend((socket) => {
      const reader = new TarsReader();
      const link = links.push(0) - 1;
      socket.on('data', (chunk: Buffer) => {
        for (const packet of reader.push(chunk)) {
          const { id, method } = readTarsRequest(packet);
          links[link]!++;
          const answer = () =>
            socket.write(tarsResponse(id, Buffer.alloc(method === 'wait' ? 4 : Number(method.slice(5)), 'a')));
          if (method === 'wait') held.push(answer);
          else answer();
        }
      });
    }),
  );
  return { port: backend.port, links, held };
}

async function startFront(port: number, routes?: readonly object[]) {
  return start(
    configuration({
      listeners: [proxyListener({ protocol: 'tars' })],
      routes: routes ?? [{ match: every, route: { cluster_name: 'host', timeout: '60s' } }],
      clusters: [cluster('host', [port])],
    }),
  );
}

/** A caller that reads when it is told to. */
class Caller {
  readonly peer: Peer;
  readonly answers = new Map<number, TarsAnswer>();

  constructor(port: number, reads = true) {
    this.peer = new Peer(port, { reads: false });
    if (reads) this.read();
    else this.peer.socket.pause();
  }

  read(): void {
    const reader = new TarsReader();
    this.peer.socket.on('data', (chunk: Buffer) => {
      for (const packet of reader.push(chunk)) {
        const answer = readTarsResponse(packet);
        this.answers.set(answer.id - FIRST_ID, answer);
      }
    });
    this.peer.socket.resume();
  }

  ask(calls: readonly (readonly [id: number, method: string])[]): Promise<void> {
    return this.peer.send(Buffer.concat(calls.map(([id, method]) => tarsRequest(FIRST_ID + id, method))));
  }

  async lengths(count: number): Promise<[id: number, length: number][]> {
    await until(() => this.answers.size >= count || this.peer.events.length > 0);
    expect(this.peer.events).toEqual([]);
    for (const { length, last } of this.answers.values()) expect(last).toBe(length === 0 ? '' : 'a');
    return [...this.answers.values()]
      .map(({ id, length }): [number, number] => [id - FIRST_ID, length])
      .sort(([a], [b]) => a - b);
  }
}

it(
  'a caller gets all answers of a shared link, and asks on meanwhile',
  async () => {
    const { port, links } = await startHost();
    const proxy = await startFront(port);
    const caller = new Caller(proxy.port('front'));
    await caller.ask(SIZES.map((size, id) => [id, `bytes${size}`]));
    await until(() => caller.answers.size > 0);
    await caller.ask([[SIZES.length, 'bytes8']]);
    expect(await caller.lengths(SIZES.length + 1)).toEqual([...SIZES, 8].map((size, id) => [id, size]));
    expect(links.length).toBe(1);
    expect(await metric(proxy, 'weft_proxy_protocol_errors_total')).toBe(0);
  },
  TIMEOUT_MS,
);

it(
  'a caller that does not read yet takes nothing from those with whom it shares a link',
  async () => {
    const { port, links, held } = await startHost();
    const proxy = await startFront(port);
    const slow = new Caller(proxy.port('front'), false);
    const other = new Caller(proxy.port('front'));
    await other.ask([[0, 'wait']]);
    await until(() => held.length === 1);
    await slow.ask([
      [0, 'bytes10000000'],
      [1, 'bytes6000000'],
    ]);
    await until(async () => (await metric(proxy, 'weft_proxy_exchanges_active')) === 1);
    // Sixteen million bytes wait for the one; the call that was in flight before them ends, and new ones do.
    held[0]?.();
    await other.ask([
      [1, 'bytes5000000'],
      [2, 'bytes3'],
    ]);
    expect(await other.lengths(3)).toEqual([
      [0, 4],
      [1, 5_000_000],
      [2, 3],
    ]);
    expect(links).toEqual([5]);
    slow.read();
    expect(await slow.lengths(2)).toEqual([
      [0, 10_000_000],
      [1, 6_000_000],
    ]);
  },
  TIMEOUT_MS,
);

it(
  'local replies that are more together, to a caller that reads none of them yet, between answers of a host',
  async () => {
    const { port, held } = await startHost();
    // The longest that a route may have.
    const body = 'a'.repeat(1_048_576);
    const proxy = await startFront(port, [
      { match: { headers: [{ name: 'method', value: 'local' }] }, direct_response: { status: 200, body } },
      { match: every, route: { cluster_name: 'host', timeout: '60s' } },
    ]);
    const caller = new Caller(proxy.port('front'), false);
    const other = new Caller(proxy.port('front'));
    await caller.ask([[0, 'wait']]);
    await until(() => held.length === 1);
    const local = Array.from({ length: 10 }, (_, index): [number, string] => [index + 2, 'local']);
    await caller.ask([[1, 'bytes9000000'], ...local, [12, 'bytes2']]);
    await until(async () => (await metric(proxy, 'weft_proxy_exchanges_active')) === 1);
    held[0]?.();
    await other.ask([
      [0, 'local'],
      [1, 'bytes4'],
    ]);
    expect(await other.lengths(2)).toEqual([
      [0, body.length],
      [1, 4],
    ]);
    caller.read();
    const expected = [4, 9_000_000, ...local.map(() => body.length), 2].map((length, id): [number, number] => [
      id,
      length,
    ]);
    expect(await caller.lengths(13)).toEqual(expected);
    expect(await metric(proxy, 'weft_proxy_local_replies_total')).toBe(11);
  },
  TIMEOUT_MS,
);
