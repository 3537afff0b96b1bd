/** Two proxies of providers behind one of a consumer: one of the two leaves while calls go on over the connection to it. */
import { expect, it } from 'vitest';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse } from './bolt.ts';
import { keep, Peer, start, until } from './support.ts';

const TIMEOUT_MS = 120_000;
/** Longer than the test: a connection that only ends with it would be seen. */
const GRACEFUL_TIMEOUT = '100s';
/** No more than a cluster lets be repeated at once. */
const IN_FLIGHT = 3;
const every = { headers: [{ name: 'service', value: '.+', regex: true }] };

function startHop(ports: readonly number[], extend: object): Promise<RunningProxy> {
  const base = configuration({
    listeners: [proxyListener({ protocol: 'bolt', extend })],
    // A connection that the one who left refuses is made to the other one.
    routes: [{ match: every, route: { cluster_name: 'next', retry_policy: { retry_on: true, num_retries: 2 } } }],
    clusters: [cluster('next', ports)],
  }) as { servers: object[] };
  return start({ ...base, servers: base.servers.map((one) => ({ ...one, graceful_timeout: GRACEFUL_TIMEOUT })) });
}

/** A host that answers its name after a while, so that calls are always under way. */
async function startHost(name: string) {
  return keep(
    await tcpBackend((socket) => {
      const reader = new BoltReader();
      socket.on('data', (chunk: Buffer) => {
        for (const { id } of reader.push(chunk)) setTimeout(() => socket.write(boltResponse(id, name)), 20);
      });
    }),
  );
}

/** Keeps calls in flight on one connection, and counts what came of them. */
class Calls {
  readonly answers = new Map<string, number>();
  readonly peer: Peer;
  answered = 0;
  #id = 0;
  #open = 0;
  #stopped = false;

  constructor(port: number) {
    this.peer = new Peer(port, { reads: false });
    const reader = new BoltReader();
    this.peer.socket.on('data', (chunk: Buffer) => {
      for (const { status, content } of reader.push(chunk)) {
        const said = status === 0 ? content.toString() : `status ${status}`;
        this.answers.set(said, (this.answers.get(said) ?? 0) + 1);
        this.answered++;
        this.#open--;
        this.#more();
      }
    });
  }

  async start(): Promise<void> {
    await this.peer.connected;
    for (let i = 0; i < IN_FLIGHT; i++) this.#more();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await until(() => this.#open === 0 || this.peer.events.length > 0);
  }

  /** How often each host has answered since. */
  async next(count: number): Promise<ReadonlyMap<string, number>> {
    this.answers.clear();
    const due = this.answered + count;
    await until(() => this.answered >= due || this.peer.events.length > 0);
    return new Map(this.answers);
  }

  #more(): void {
    if (this.#stopped) return;
    this.#open++;
    void this.peer.send(boltRequest({ id: ++this.#id }));
  }
}

it(
  'goaway moves calls that never pause to another proxy, and none is lost',
  async () => {
    const hosts = [await startHost('a'), await startHost('b')];
    const extend = { enable_bolt_goaway: true };
    const inner: RunningProxy[] = [];
    for (const host of hosts) inner.push(await startHop([host.port], extend));
    const [leaving, staying] = inner as [RunningProxy, RunningProxy];
    const outer = await startHop([leaving.port('front'), staying.port('front')], {});
    const calls = new Calls(outer.port('front'));
    await calls.start();
    expect([...(await calls.next(100)).keys()].sort()).toEqual(['a', 'b']);
    const code = leaving.stop();
    await until(() => leaving.log().includes('stopping: running requests may finish'));
    calls.answers.clear();
    expect(await code, leaving.log()).toBe(0);
    // It got those that were on their way, and no others, though there never was a moment without a call: without goaway they are as many
    // as fit into the time until it gives up.
    expect(calls.answers.get('a') ?? 0).toBeLessThan(100);
    expect([...(await calls.next(200)).keys()]).toEqual(['b']);
    await calls.stop();
    expect(calls.peer.events).toEqual([]);
  },
  TIMEOUT_MS,
);
