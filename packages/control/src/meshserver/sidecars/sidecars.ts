import { type Message, type MessageId, message, messageText, SILENT_AFTER_MS } from '@weft/api';
import {
  type AdminAnswer,
  type AppliedVersion,
  type ComponentHealth,
  type NodeIdentity,
  type PeerHandler,
  type ProxyEvent,
  type Report,
  type ReportsClientMessage,
  type ReportsServerMessage,
  type ServerPeer,
  STATUS,
} from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import { ApiFailure, notFound, retryAfter } from '../../http/index.ts';

/** Without a report for so long nobody knows how a proxy is. */
export const UNKNOWN_AFTER_MS = 90_000;
/** And after so long it is forgotten. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const TERMINATED_KEPT_MS = 600_000;
const MAX_SIDECARS = 100_000;
const MAX_EVENTS = 50;
const MAX_SERVICES = 256;
const QUERY_TIMEOUT_MS = 5000;
const MAX_QUERIES = 32;
const SWEEP_MS = 5000;
/** Seconds over which the rates of a proxy are averaged. */
const RATE_SECONDS = 10;

/** What a proxy may be asked; the proxy has such a list as well. */
const READABLE =
  /^\/(api\/v1\/(version|health|container_state|states|config_dump|config_digest|stats|get_loglevel|features|env|connections|explain|governance\/rules|governance\/fuse|governance\/isolation|governance\/records|discovery)|metrics)$/;

/** What a proxy may be told to do; the proxy has such a list as well. */
const ACTS = /^\/api\/v1\/(governance\/(fuse\/reset|isolation\/release)|update_loglevel)$/;

type Peer = ServerPeer<ReportsServerMessage>;

/** Traffic of one service through one proxy. */
export interface ServiceTraffic {
  /** Per second, over the last seconds. */
  rps: number;
  /** Unix milliseconds. */
  lastMs: number;
  /** As the proxy calls it; that of the newest request. */
  protocol: string;
}

export interface SidecarRecord {
  node: NodeIdentity;
  peer: Peer | null;
  /** Monotonic milliseconds of the last word. */
  seenAt: number;
  /** Unix milliseconds of it. */
  lastSeenMs: number;
  health: readonly ComponentHealth[];
  configDigest: string;
  applied: readonly AppliedVersion[];
  readonly events: ProxyEvent[];
  /** '' until the first report. */
  ended: '' | 'Terminated';
  reports: number;
  rps: number;
  cpuPercent: number;
  rssBytes: number;
  connections: number;
  /** By dataId. */
  readonly inbound: Map<string, ServiceTraffic>;
  readonly outbound: Map<string, ServiceTraffic>;
  /** From the clock of the proxy to ours: the least that was seen. */
  offsetMs: number;
  lastReportMs: number;
  readonly queries: Map<number, (answer: AdminAnswer | null) => void>;
}

export interface SidecarEvents {
  reported(record: SidecarRecord, report: Report, atMs: number): void;
  changed(record: SidecarRecord, what: string): void;
}

/** The proxies, by what they report of themselves over the streams that they opened. */
export class Sidecars {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #events: SidecarEvents;
  readonly #records = new Map<string, SidecarRecord>();
  readonly #states = new Map<string, string>();
  #queryId = 0;
  #cancel = (): void => {};

  constructor(clock: Clock, log: Logger, events: SidecarEvents) {
    this.#clock = clock;
    this.#log = log;
    this.#events = events;
    this.#sweep();
  }

  serve(peer: Peer): PeerHandler<ReportsClientMessage> {
    const record = this.#recordOf(peer);
    if (record === null) {
      peer.close({ code: STATUS.resourceExhausted, message: `there are ${MAX_SIDECARS} proxies` });
      return { message: () => {}, closed: () => {} };
    }
    return {
      message: (message) => {
        if (message.kind === 'answer') this.#answered(record, message.answer);
        else this.#report(record, message.report);
      },
      closed: (status) => {
        if (record.peer !== peer) return;
        record.peer = null;
        // A proxy that stops says so; anything else may be the network.
        if (status.code === STATUS.ok) record.ended = 'Terminated';
        for (const finish of record.queries.values()) finish(null);
        record.queries.clear();
        this.#note(record);
      },
    };
  }

  #recordOf(peer: Peer): SidecarRecord | null {
    const key = keyOf(peer.node.instanceId, peer.node.id);
    const known = this.#records.get(key);
    if (known !== undefined) {
      known.node = peer.node;
      known.peer = peer;
      known.ended = '';
      known.offsetMs = Number.POSITIVE_INFINITY;
      known.seenAt = this.#clock.now();
      known.lastSeenMs = this.#clock.wallNow();
      this.#note(known);
      return known;
    }
    if (this.#records.size >= MAX_SIDECARS) return null;
    const record: SidecarRecord = {
      node: peer.node,
      peer,
      seenAt: this.#clock.now(),
      lastSeenMs: this.#clock.wallNow(),
      health: [],
      configDigest: '',
      applied: [],
      events: [],
      ended: '',
      reports: 0,
      rps: 0,
      cpuPercent: 0,
      rssBytes: 0,
      connections: 0,
      inbound: new Map(),
      outbound: new Map(),
      offsetMs: Number.POSITIVE_INFINITY,
      lastReportMs: 0,
      queries: new Map(),
    };
    this.#records.set(key, record);
    this.#note(record);
    return record;
  }

  #report(record: SidecarRecord, report: Report): void {
    const now = this.#clock.wallNow();
    record.seenAt = this.#clock.now();
    record.lastSeenMs = now;
    record.reports++;
    // Reports that waited in the proxy belong where they were made; clocks of machines differ.
    record.offsetMs = Math.min(record.offsetMs, now - report.atMs);
    const atMs = Math.min(now, report.atMs + record.offsetMs);
    const seconds = record.lastReportMs === 0 ? 1 : Math.min(60, Math.max(0.5, (atMs - record.lastReportMs) / 1000));
    record.lastReportMs = Math.max(record.lastReportMs, atMs);
    const healthBefore = isHealthy(record);
    record.health = report.health.slice(0, 64);
    record.configDigest = report.configDigest;
    record.applied = report.applied.slice(0, 1000);
    const smooth = (before: number, value: number): number => {
      const weight = record.reports === 1 ? 1 : Math.min(1, seconds / RATE_SECONDS);
      return before + (value - before) * weight;
    };
    record.rps = smooth(record.rps, this.#requestsOf(report) / seconds);
    record.cpuPercent = smooth(record.cpuPercent, report.process.cpuUs / seconds / 10_000);
    record.rssBytes = report.process.rssBytes;
    record.connections = report.process.connections;
    for (const traffic of [...record.inbound.values(), ...record.outbound.values()])
      traffic.rps = smooth(traffic.rps, 0);
    for (const edge of report.edges) {
      if (edge.requests + edge.rejected === 0) continue;
      const side = edge.direction === 'inbound' ? record.inbound : record.outbound;
      let traffic = side.get(edge.service);
      if (traffic === undefined) {
        if (side.size >= MAX_SERVICES) continue;
        traffic = { rps: 0, lastMs: 0, protocol: edge.protocol };
        side.set(edge.service, traffic);
      }
      traffic.rps += (edge.requests / seconds) * Math.min(1, seconds / RATE_SECONDS);
      traffic.lastMs = atMs;
      traffic.protocol = edge.protocol;
    }
    for (const event of report.events) {
      record.events.push({ ...event, message: event.message.slice(0, 1000) });
      if (record.events.length > MAX_EVENTS) record.events.shift();
    }
    this.#events.reported(record, report, atMs);
    if (healthBefore !== isHealthy(record)) this.#events.changed(record, 'health');
    this.#note(record);
  }

  /** Inbound edges and those without an inbound side; the count of the process when it has one. */
  #requestsOf({ process, edges }: Report): number {
    if (process.requests > 0) return process.requests;
    let requests = 0;
    for (const edge of edges) requests += edge.requests;
    return requests;
  }

  stateOf(record: SidecarRecord): {
    readonly state: 'Running' | 'Terminated' | 'Waiting' | 'Unknown';
    readonly reason: string;
  } {
    if (record.ended !== '') return { state: 'Terminated', reason: said('proxy.stopped') };
    const silentMs = this.#clock.now() - record.seenAt;
    const seconds = Math.round(silentMs / 1000);
    if (silentMs > UNKNOWN_AFTER_MS) return { state: 'Unknown', reason: said('proxy.silent', { seconds }) };
    if (record.reports === 0) return { state: 'Waiting', reason: said('proxy.not-reported') };
    if (record.peer === null) return { state: 'Running', reason: said('proxy.not-connected', { seconds }) };
    return { state: 'Running', reason: '' };
  }

  /** For how long nothing was heard of a connected proxy, where that is longer than reports are late; else 0. */
  silentMs({ peer, seenAt }: Pick<SidecarRecord, 'peer' | 'seenAt'>): number {
    const ms = this.#clock.now() - seenAt;
    return peer !== null && ms > SILENT_AFTER_MS ? ms : 0;
  }

  list(instanceId: string): SidecarRecord[] {
    return [...this.#records.values()].filter((record) => record.node.instanceId === instanceId);
  }

  get(instanceId: string, proxyId: string): SidecarRecord {
    const record = this.#records.get(keyOf(instanceId, proxyId));
    if (record === undefined) throw notFound(`proxy ${proxyId}`);
    return record;
  }

  find(instanceId: string, proxyId: string): SidecarRecord | undefined {
    return this.#records.get(keyOf(instanceId, proxyId));
  }

  get size(): number {
    return this.#records.size;
  }

  /**
   * Asks a proxy over the stream that it opened.
   * @throws ApiFailure FORBIDDEN, UNAVAILABLE, LIMIT_REACHED
   */
  async ask(record: SidecarRecord, path: string, body: string): Promise<AdminAnswer> {
    const [bare = ''] = path.split('?');
    if (!READABLE.test(bare))
      throw new ApiFailure('FORBIDDEN', `${bare} may only be called on the machine of the proxy`);
    return this.#send(record, path, body);
  }

  /**
   * Tells a proxy to do something, over the stream that it opened.
   * @throws ApiFailure FORBIDDEN, UNAVAILABLE, LIMIT_REACHED
   */
  async act(record: SidecarRecord, path: string, body = '{}'): Promise<AdminAnswer> {
    const [bare = ''] = path.split('?');
    if (!ACTS.test(bare)) throw new ApiFailure('FORBIDDEN', `${bare} may only be called on the machine of the proxy`);
    // A question with a body is a POST.
    return this.#send(record, path, body);
  }

  async #send(record: SidecarRecord, path: string, body: string): Promise<AdminAnswer> {
    const { peer } = record;
    if (peer === null) throw retryAfter('UNAVAILABLE', said('proxy.not-here', { proxy: record.node.id }), 5);
    if (record.queries.size >= MAX_QUERIES)
      throw retryAfter('LIMIT_REACHED', said('proxy.asked-much', { count: MAX_QUERIES, proxy: record.node.id }), 1);
    this.#queryId = (this.#queryId % 0x7fff_ffff) + 1;
    const id = this.#queryId;
    const answer = await new Promise<AdminAnswer | null>((resolve) => {
      const finish = (value: AdminAnswer | null): void => {
        cancel();
        record.queries.delete(id);
        resolve(value);
      };
      const cancel = this.#clock.schedule(QUERY_TIMEOUT_MS, () => finish(null));
      record.queries.set(id, finish);
      peer.send({ kind: 'query', query: { id, path, body: Buffer.from(body) } });
    });
    if (answer === null)
      throw retryAfter('UNAVAILABLE', said('proxy.asked-in-vain', { proxy: record.node.id, ms: QUERY_TIMEOUT_MS }), 5);
    return answer;
  }

  #answered(record: SidecarRecord, answer: AdminAnswer): void {
    record.queries.get(answer.id)?.(answer);
  }

  /** Tells when the state is another one than before. */
  #note(record: SidecarRecord): void {
    const key = keyOf(record.node.instanceId, record.node.id);
    const text = `${this.stateOf(record).state} ${record.peer !== null}`;
    if (this.#states.get(key) === text) return;
    this.#states.set(key, text);
    this.#events.changed(record, 'state');
  }

  #sweep(): void {
    this.#cancel = this.#clock.schedule(SWEEP_MS, () => {
      const now = this.#clock.now();
      for (const [key, record] of this.#records) {
        this.#note(record);
        const keepMs = record.ended === '' ? FORGOTTEN_AFTER_MS : TERMINATED_KEPT_MS;
        if (record.peer !== null || now - record.seenAt <= keepMs) continue;
        this.#records.delete(key);
        this.#states.delete(key);
        this.#log.info({ proxyId: record.node.id, app: record.node.app }, 'proxy forgotten');
      }
      this.#sweep();
    });
  }

  stop(): void {
    this.#cancel();
  }
}

/** Null until the first report. */
export function isHealthy(record: SidecarRecord): boolean | null {
  return record.reports === 0 ? null : record.health.every(({ healthy }) => healthy);
}

/** Whoever reads another language finds these words again. */
const said = (id: MessageId, params: Message['params'] = {}): string => messageText(message(id, params));
const keyOf = (instanceId: string, nodeId: string): string => `${instanceId}\n${nodeId}`;
