import { type Clock, createRandom, noopLogger, systemClock } from '@weft/kit';
import { type ServerStream, STATUS, type StreamStatus } from '../transport/stream.ts';
import { DELTA_METHOD, DeltaRequest, decodeNode, nodeFromMessage } from '../wire/discovery.ts';
import { HELLO_HEADERS } from '../wire/hello.ts';
import type { NodeIdentity, NodeInfo } from '../wire/node.ts';
import { decodeRegistryClient, encodeRegistryServer, REGISTRY_METHOD } from '../wire/registry-messages.ts';
import { decodeReportsClient, encodeReportsServer, REPORTS_METHOD } from '../wire/telemetry-messages.ts';
import { Admission } from './admission.ts';
import type {
  ConnectedNode,
  DistributionServer,
  DistributionServerOptions,
  Receiver,
  ResourceSource,
} from './contract.ts';
import { DeltaClient, type Shared } from './delta-client.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { PushQueue } from './push-queue.ts';
import { Rejections } from './rejections.ts';
import { Subscribers } from './subscribers.ts';
import { CHANGE, PRESSING } from './type-state.ts';
import { servePeer, type TypedMethod } from './typed-peer.ts';

const SWEEP_MS = 1000;
const DEFAULT_SPREAD_MS = 5000;
/** A stream that was not let in is told to stay away at least that long. */
const REFUSED_RECONNECT_MS = 1000;

interface Closable {
  close(status: StreamStatus): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the messages of a method are known to its own entry alone
type AnyMethod = TypedMethod<any, any>;

/** The engine: what each client has, should have and is sent. It knows no socket; see `createGrpcListener`. */
export function createDistributionServer(options: DistributionServerOptions): DistributionServer {
  const clock: Clock = options.clock ?? systemClock;
  const log = options.log ?? noopLogger;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const events = options.events ?? {};
  const random = createRandom(clock.wallNow());
  const sources = new Map<string, ResourceSource>();
  const frozen = new Set<string>();
  const frozenNodes = new Map<string, (node: NodeIdentity) => boolean>();
  const clients = new Set<DeltaClient>();
  const peers = new Map<Closable, NodeIdentity>();
  const subscribers = new Subscribers<DeltaClient>();
  const queue = new PushQueue(clock, limits.pushRatePerSecond, limits.maxConcurrentPushes);
  const admissions = new Map<string, Admission>();
  const counters = {
    pushes: 0,
    resources: 0,
    bytes: 0,
    acked: 0,
    rejected: 0,
    repairs: 0,
    refused: 0,
    oversized: 0,
    regressions: 0,
  };
  let stopped = false;
  let cancelSweep: (() => void) | undefined;

  const methods = new Map<string, AnyMethod>();
  if (options.registry !== undefined) {
    methods.set(REGISTRY_METHOD, {
      service: options.registry,
      decode: decodeRegistryClient,
      encode: encodeRegistryServer,
    });
  }
  if (options.reports !== undefined) {
    methods.set(REPORTS_METHOD, { service: options.reports, decode: decodeReportsClient, encode: encodeReportsServer });
  }

  const sweep = (): void => {
    cancelSweep = undefined;
    const nowMs = clock.now();
    for (const client of clients) client.sweep(nowMs);
    if (clients.size > 0) cancelSweep ??= clock.schedule(SWEEP_MS, sweep);
  };

  const shared: Shared = {
    clock,
    log,
    limits,
    events,
    identifier: options.identifier ?? '',
    rejections: new Rejections(),
    counters,
    source: (typeUrl) => sources.get(typeUrl),
    frozen: (typeUrl, node) =>
      (frozen.size > 0 && (frozen.has(typeUrl) || frozen.has('*'))) || frozenNodes.get(typeUrl)?.(node) === true,
    ready: (client) => queue.add(client),
    releaseSlot: () => queue.release(),
    subscribed: (client, typeUrl, name) => subscribers.add(typeUrl, name, client),
    unsubscribed: (client, typeUrl, name) => subscribers.remove(typeUrl, name, client),
    over(client, status) {
      clients.delete(client);
      events.disconnected?.(client.node, status);
    },
  };

  const refuse = (stream: ServerStream, status: StreamStatus): void => {
    counters.refused++;
    log.warn({ peer: stream.peer, method: stream.method, reason: status.message }, 'stream refused');
    stream.listen({ message() {}, drain() {}, end() {} });
    stream.close(status);
  };

  const openDelta = (stream: ServerStream, node: NodeIdentity): DeltaClient | undefined => {
    if (clients.size >= limits.maxClients) {
      stream.close({ code: STATUS.resourceExhausted, message: `${limits.maxClients} nodes are connected already` });
      counters.refused++;
      return undefined;
    }
    const client = new DeltaClient(stream, node, shared);
    clients.add(client);
    cancelSweep ??= clock.schedule(SWEEP_MS, sweep);
    events.connected?.(node);
    return client;
  };

  const authenticate = async (stream: ServerStream, node: NodeInfo | undefined) => {
    try {
      const result = await options.authenticate(stream, node);
      if (result.kind === 'accepted') return result.scope;
      return { code: STATUS.unauthenticated, message: result.reason };
    } catch (error) {
      log.error({ err: error }, 'credentials could not be checked');
      return { code: STATUS.unavailable, message: 'credentials cannot be checked at the moment' };
    }
  };

  /** A client that introduces itself in its first message, as the protocol of Envoy has it. */
  const acceptForeign = (stream: ServerStream): void => {
    let client: DeltaClient | undefined;
    let begun = false;
    let ended: StreamStatus | undefined;
    const waiting: Uint8Array[] = [];
    const begin = async (first: Uint8Array): Promise<void> => {
      let node: NodeInfo | undefined;
      try {
        const request = DeltaRequest.decode(first);
        node = request.node === undefined ? undefined : nodeFromMessage(request.node);
      } catch {
        // Not a request at all: refused below, for want of a node.
      }
      if (node === undefined) {
        stream.close({ code: STATUS.invalidArgument, message: 'the first request names no node' });
        return;
      }
      const scope = await authenticate(stream, node);
      if (ended !== undefined) return;
      if ('code' in scope || stopped) {
        counters.refused++;
        stream.close('code' in scope ? scope : goaway(0));
        return;
      }
      client = openDelta(stream, { ...node, ...scope });
      for (const bytes of waiting.splice(0)) client?.message(bytes);
    };
    stream.listen({
      message(bytes) {
        if (client !== undefined) {
          client.message(bytes);
          return;
        }
        // Copied, since it outlives the callback; bounded, since a client sends little before its first answer.
        if (waiting.length < 1000) waiting.push(new Uint8Array(bytes));
        if (begun) return;
        begun = true;
        void begin(bytes);
      },
      drain: () => client?.drain(),
      end(status) {
        ended = status;
        client?.ended(status);
      },
    });
  };

  const goaway = (spreadMs: number): StreamStatus => ({
    code: STATUS.unavailable,
    message: 'the server goes away',
    reconnectAfterMs: Math.round(random.next() * spreadMs),
  });

  const enter = async (stream: ServerStream): Promise<void> => {
    if (stopped) {
      refuse(stream, goaway(DEFAULT_SPREAD_MS));
      return;
    }
    const header = stream.binaryHeader(HELLO_HEADERS.node);
    if (header === undefined && stream.method === DELTA_METHOD) {
      acceptForeign(stream);
      return;
    }
    let info: NodeInfo;
    try {
      if (header === undefined) throw new Error('it is missing');
      info = decodeNode(header);
      if (info.id === '') throw new Error('it has no id');
    } catch (error) {
      refuse(stream, {
        code: STATUS.invalidArgument,
        message: `the header ${HELLO_HEADERS.node} does not name the node: ${(error as Error).message}`,
      });
      return;
    }
    const scope = await authenticate(stream, info);
    if ('code' in scope || stopped) {
      refuse(stream, 'code' in scope ? scope : goaway(DEFAULT_SPREAD_MS));
      return;
    }
    const node: NodeIdentity = { ...info, ...scope };
    if (stream.method === DELTA_METHOD) {
      const client = openDelta(stream, node);
      if (client === undefined) return;
      stream.listen({
        message: (bytes) => client.message(bytes),
        drain: () => client.drain(),
        end: (status) => client.ended(status),
      });
      return;
    }
    const method = methods.get(stream.method);
    if (method === undefined) {
      refuse(stream, { code: STATUS.unimplemented, message: `${stream.method} is not served here` });
      return;
    }
    if (peers.size >= limits.maxClients * 2) {
      refuse(stream, { code: STATUS.resourceExhausted, message: `${peers.size} streams are open already` });
      return;
    }
    let over = false;
    let entry: Closable | undefined;
    entry = servePeer(stream, node, method, limits.maxQueued, log, () => {
      over = true;
      if (entry !== undefined) peers.delete(entry);
    });
    if (!over) peers.set(entry, node);
  };

  return {
    accept(stream) {
      let admission = admissions.get(stream.method);
      if (admission === undefined) {
        admission = new Admission(clock, limits.connectionsPerSecond, limits.connectionWaitMs);
        admissions.set(stream.method, admission);
      }
      admission.request(
        () => void enter(stream),
        () =>
          refuse(stream, {
            code: STATUS.unavailable,
            message: 'rate limited: too many connections at once',
            reconnectAfterMs: REFUSED_RECONNECT_MS,
          }),
      );
    },
    defineType(typeUrl, source) {
      if (sources.has(typeUrl)) throw new Error(`${typeUrl} has an owner already`);
      sources.set(typeUrl, source);
    },
    notify(typeUrl, names, notifyOptions = {}) {
      const urgency = notifyOptions.urgent === true ? PRESSING : CHANGE;
      for (const name of names) {
        for (const client of subscribers.of(typeUrl, name)) client.notify(typeUrl, name, urgency);
        for (const client of subscribers.of(typeUrl, '*')) client.notify(typeUrl, name, urgency);
      }
    },
    resend(typeUrl, name, affected) {
      const wanting = new Set([...subscribers.of(typeUrl, name), ...subscribers.of(typeUrl, '*')]);
      let count = 0;
      for (const client of wanting) if (affected(client.node) && client.resend(typeUrl, name)) count++;
      return count;
    },
    notifyNodes(typeUrl, affected) {
      for (const client of clients) if (affected(client.node)) client.notifyAll(typeUrl);
    },
    receivers(typeUrl, name) {
      const found: Receiver[] = [];
      const seen = new Set([...subscribers.of(typeUrl, name), ...subscribers.of(typeUrl, '*')]);
      for (const client of seen) {
        const held = client.types.get(typeUrl)?.held.get(name);
        found.push({
          node: client.node,
          sentVersion: Math.max(0, held?.sent ?? 0),
          ackedVersion: held?.acked ?? 0,
          rejected: held?.rejectedVersion ? { version: held.rejectedVersion, reason: held.rejectedReason } : undefined,
          atMs: held?.answeredAtMs ?? 0,
          elapsedMs: held?.elapsedMs ?? 0,
        });
      }
      return found;
    },
    nodes() {
      return [...clients].map((client): ConnectedNode => {
        const subscriptions = new Map<string, number>();
        for (const [typeUrl, state] of client.types)
          subscriptions.set(typeUrl, state.names.size + Number(state.wildcard));
        const { node, peer, connectedAtMs, pending } = client;
        return { node, peer, connectedAtMs, subscriptions, pending };
      });
    },
    freeze(typeUrl = '*') {
      frozen.add(typeUrl);
    },
    thaw(typeUrl) {
      if (typeUrl === undefined) frozen.clear();
      else frozen.delete(typeUrl);
      for (const client of clients) for (const url of client.types.keys()) client.offer(url);
    },
    frozen,
    freezeNodes(typeUrl, affected) {
      if (affected === null) frozenNodes.delete(typeUrl);
      else frozenNodes.set(typeUrl, affected);
      for (const client of clients) client.offer(typeUrl);
    },
    disconnect(affected, status) {
      let count = 0;
      for (const client of [...clients]) {
        if (!affected(client.node)) continue;
        client.close(status);
        count++;
      }
      for (const [peer, node] of [...peers]) {
        if (!affected(node)) continue;
        peer.close(status);
        count++;
      }
      return count;
    },
    limits,
    tune(changes) {
      Object.assign(limits, changes);
      queue.limit(limits.maxConcurrentPushes);
      for (const admission of admissions.values())
        admission.limit(limits.connectionsPerSecond, limits.connectionWaitMs);
    },
    stats() {
      let pendingNames = 0;
      for (const client of clients) pendingNames += client.pending;
      return {
        clients: clients.size,
        pendingNames,
        inFlight: queue.slots,
        pushesTotal: counters.pushes,
        resourcesTotal: counters.resources,
        bytesTotal: counters.bytes,
        ackedTotal: counters.acked,
        rejectedTotal: counters.rejected,
        repairsTotal: counters.repairs,
        refusedTotal: counters.refused,
        oversizedTotal: counters.oversized,
        regressionsTotal: counters.regressions,
      };
    },
    stop(stopOptions = {}) {
      stopped = true;
      for (const admission of admissions.values()) admission.stop();
      const spreadMs = stopOptions.spreadMs ?? DEFAULT_SPREAD_MS;
      for (const client of [...clients]) client.close(goaway(spreadMs));
      for (const peer of [...peers.keys()]) peer.close(goaway(spreadMs));
      queue.stop();
      cancelSweep?.();
      cancelSweep = undefined;
    },
  };
}
