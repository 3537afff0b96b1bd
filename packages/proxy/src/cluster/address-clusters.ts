import { createRandom } from '@weft/kit';
import type { HostSet, LoadBalancer, Picker } from '@weft/sdk';
import { UPSTREAM } from '@weft/telemetry/stats';
import type { NetContext } from '../net/index.ts';
import { resourceBytes } from '../stream/limits.ts';
import { Cluster, Host } from './cluster.ts';
import type { HostProgram } from './program.ts';

/** Sets of addresses that are kept; the one that was made first makes room. */
const MAX_CLUSTERS = 64;
/** Of one thread to each set. */
const MAX_CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 3000;
const IDLE_TIMEOUT_MS = 60_000;
const CONNECTION_BUFFER_BYTES = 1_048_576;

/** One host behind the other, but those that are to be left out. */
const inTurn: LoadBalancer = {
  kind: 'load-balancer',
  name: '',
  schema: { type: 'object' },
  build(hosts: HostSet): Picker {
    let next = 0;
    return {
      pick(context) {
        if (hosts.length === 0) return -1;
        for (let i = 0; i < hosts.length; i++) {
          const index = next++ % hosts.length;
          if (!context.tried(index)) return index;
        }
        return next++ % hosts.length;
      },
    };
  },
};

/** Clusters of one thread that no configuration names: hosts that something gives by their addresses. */
export class AddressClusters {
  readonly #context: NetContext;
  readonly #clusters = new Map<string, Cluster>();

  constructor(context: NetContext) {
    this.#context = context;
  }

  /** @param addresses `ip:port` each */
  of(addresses: readonly string[]): Cluster {
    const name = addresses.join(',');
    const known = this.#clusters.get(name);
    if (known !== undefined) return known;
    if (this.#clusters.size >= MAX_CLUSTERS) {
      const [oldest, cluster] = [...this.#clusters][0] as [string, Cluster];
      this.#clusters.delete(oldest);
      cluster.close();
    }
    const cluster = this.#create(name, addresses);
    this.#clusters.set(name, cluster);
    return cluster;
  }

  #create(name: string, addresses: readonly string[]): Cluster {
    const cells = Math.max(...Object.values(UPSTREAM)) + 64;
    const program = {
      name,
      loadBalancer: '',
      loadBalancerConfig: {},
      hosts: addresses.map(hostOf),
      health: new SharedArrayBuffer(addresses.length),
      resources: new SharedArrayBuffer(resourceBytes(1)),
      limits: { maxConnections: MAX_CONNECTIONS, maxPendingRequests: 0, maxRequests: 0, maxRetries: 0 },
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      maxRequestsPerConnection: 0,
      connectionBufferBytes: CONNECTION_BUFFER_BYTES,
      heartbeatIntervalMs: 0,
      heartbeatTimeoutMs: 0,
      hostsWaitMs: 0,
      connectEjectionMs: 0,
      protectPercent: 0,
      stats: { buffer: new SharedArrayBuffer(8 * cells), byteOffset: 0, length: cells },
    };
    const cluster = new Cluster(program, inTurn, undefined, this.#context, createRandom(1), () => {}, 0, {
      hosts: program.hosts.map((host) => new Host(host)),
      gone: [],
    });
    cluster.activate();
    return cluster;
  }
}

function hostOf(address: string, slot: number): HostProgram {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  return { address, host, port: Number(address.slice(at + 1)), path: '', hostname: '', weight: 1, labels: null, slot };
}
