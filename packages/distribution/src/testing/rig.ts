import { setImmediate as turn } from 'node:timers/promises';
import { createRandom } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import {
  createDistributionClient,
  createLink,
  type DistributionClient,
  type DistributionClientOptions,
  type Link,
  type Rejection,
  type ResourceUpdate,
} from '../client/index.ts';
import {
  createDistributionServer,
  createKeyAuthenticator,
  type DistributionServer,
  type DistributionServerOptions,
  type ResourceValue,
} from '../server/index.ts';
import {
  DYNAMIC_VALUE_TYPE,
  type DynamicValue,
  dynamicValueType,
  type NodeIdentity,
  type NodeInfo,
} from '../wire/index.ts';
import type { OpenTestNetwork, TestNetwork } from './networks.ts';

/** Real time in which something asked for must have come true; far above what it takes. */
const LIMIT_MS = 15_000;
export const SECRET = 'a secret of tests';
export const TYPE = DYNAMIC_VALUE_TYPE;

export function encodeValue(dataId: string, version: number, text: string, gray = false): ResourceValue {
  const value = { dataId, version, value: Buffer.from(text), sha256: '', gray };
  return { version, body: dynamicValueType.encode(value) };
}

/** A client that notes what it applies. */
export interface TestClient {
  readonly link: Link;
  readonly client: DistributionClient;
  readonly updates: ResourceUpdate<DynamicValue>[];
  /** Text by name, as applied. */
  readonly state: Map<string, string>;
  readonly subscription: ReturnType<DistributionClient['subscribe']>;
  close(): Promise<void>;
}

export interface TestClientOptions extends Partial<DistributionClientOptions> {
  readonly app?: string;
  readonly names?: readonly string[];
  readonly secret?: string;
  /** Before the values are noted; what it rejects is not. */
  readonly judge?: (update: ResourceUpdate<DynamicValue>) => readonly Rejection[] | Promise<readonly Rejection[]>;
}

export class Rig {
  readonly clock = createFakeClock();
  readonly values = new Map<string, ResourceValue>();
  /** Replaces `values` for nodes that it answers for. */
  override: (name: string, node: NodeIdentity) => ResourceValue | undefined | 'usual' = () => 'usual';
  readonly server: DistributionServer;
  network!: TestNetwork;
  #clients: TestClient[] = [];
  #count = 0;

  constructor(options: Partial<DistributionServerOptions> = {}) {
    const scope = { tenant: 'T', workspace: 'w', instanceId: '000001' };
    this.server = createDistributionServer({
      authenticate: createKeyAuthenticator({
        lookup: (key) => (key === 'key' ? { secret: SECRET, scope } : undefined),
        clock: this.clock,
      }),
      clock: this.clock,
      ...options,
    });
    this.server.defineType(TYPE, {
      names: () => this.values.keys(),
      get: (name, node) => {
        const answer = this.override(name, node);
        return answer === 'usual' ? this.values.get(name) : answer;
      },
    });
  }

  async open(openNetwork: OpenTestNetwork): Promise<this> {
    this.network = await openNetwork(this.server.accept);
    return this;
  }

  put(name: string, version: number, text = `${name} ${version}`): void {
    this.values.set(name, encodeValue(name, version, text));
    this.server.notify(TYPE, [name]);
  }

  remove(name: string): void {
    this.values.delete(name);
    this.server.notify(TYPE, [name]);
  }

  link(app = 'shop', secret = SECRET): Link {
    const id = `node-${app}-${++this.#count}`;
    const node: NodeInfo = {
      id,
      app,
      ip: '10.0.0.1',
      zone: 'z1',
      dataCenter: 'd1',
      cluster: 'c1',
      labels: { track: 'stable' },
      version: '0.1.0',
      pid: 1,
      startedAtMs: 1,
      adminPort: 0,
    };
    return createLink({
      addresses: [this.network.address],
      node,
      credentials: { accessKey: 'key', secret },
      transport: this.network.transport,
      clock: this.clock,
      random: createRandom(this.#count),
    });
  }

  client(options: TestClientOptions = {}): TestClient {
    const link = this.link(options.app, options.secret);
    const client = createDistributionClient({ link, clock: this.clock, random: createRandom(7), ...options });
    const updates: ResourceUpdate<DynamicValue>[] = [];
    const state = new Map<string, string>();
    const note = (update: ResourceUpdate<DynamicValue>, rejected: readonly Rejection[]): readonly Rejection[] => {
      const bad = new Set(rejected.map(({ name }) => name));
      for (const { name, value } of update.updated) {
        if (!bad.has(name)) state.set(name, Buffer.from(value.value).toString());
      }
      for (const name of update.removed) state.delete(name);
      return rejected;
    };
    const subscription = client.subscribe(dynamicValueType, options.names ?? [], (update) => {
      updates.push(update);
      const judged = options.judge?.(update) ?? [];
      return judged instanceof Promise ? judged.then((rejected) => note(update, rejected)) : note(update, judged);
    });
    const made: TestClient = {
      link,
      client,
      updates,
      state,
      subscription,
      async close() {
        await client.close();
        link.close();
      },
    };
    this.#clients.push(made);
    return made;
  }

  /** Lets everything happen that needs no time, until the condition holds. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (!condition()) {
      if (performance.now() > limit) throw new Error(`did not come true: ${what}`);
      await turn();
      this.clock.advance(0);
    }
  }

  /** Lets what is on its way arrive. */
  async turns(): Promise<void> {
    for (let i = 0; i < 20; i++) await turn();
  }

  /** The same, while time passes: a second of the fake clock per turn of the loop, up to `maxMs`. */
  async untilWithin(what: string, maxMs: number, condition: () => boolean, stepMs = 100): Promise<void> {
    const endMs = this.clock.now() + maxMs;
    const limit = performance.now() + LIMIT_MS;
    while (!condition()) {
      if (this.clock.now() >= endMs || performance.now() > limit) throw new Error(`did not come true: ${what}`);
      this.clock.advance(stepMs);
      // I/O of the transport needs turns of the real loop.
      await this.turns();
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    this.server.stop();
    await this.network.close();
  }
}
