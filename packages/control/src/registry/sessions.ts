import {
  type NodeIdentity,
  type PeerHandler,
  type Publication,
  type RegistryClientMessage,
  type RegistryServerMessage,
  type ServerPeer,
  STATUS,
} from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { Coordinator, Lease } from '../coordinator/index.ts';
import type { RegistryStore } from './store.ts';

const MIN_LEASE_SECONDS = 2;
const MAX_LEASE_SECONDS = 600;
const MAX_PUBLICATIONS = 10_000;
const MAX_SESSIONS = 20_000;
const PREFIX = 'registry/sessions/';
/** How often it is looked whether this process stood still. */
const PULSE_MS = 1000;
/** A pulse that comes that late: the process did not run, so missing renewals say nothing about the proxies. */
const STALL_MS = 3000;
/** Proxies say something every 3 s. */
const DEAF_MS = 5000;
/** How long publishers have to come back after a start or a standstill: the longest back-off of a link, and a lease. */
export const REBUILD_MS = 40_000;

type Peer = ServerPeer<RegistryServerMessage>;

/** What one proxy publishes; it outlives the connection by the lease. */
export interface Session {
  readonly key: string;
  readonly sessionId: string;
  readonly leaseSeconds: number;
  node: NodeIdentity;
  peer: Peer | null;
  lease: Lease | null;
  /** By registId. */
  readonly publications: Map<string, Publication>;
  /** Published before the connection broke and not yet again. */
  readonly unseen: Set<string>;
  /** Unix milliseconds. */
  leaseEndsAt: number;
}

/** Sessions of proxies, their leases, and what happens to their publications when a lease ends. */
export class RegistrySessions {
  readonly #store: RegistryStore;
  readonly #coordinator: Coordinator;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sessions = new Map<string, Session>();
  /** Sessions whose lease ended while nobody was heard: what they publish stays until it is known who comes back. */
  readonly #kept = new Set<Session>();
  readonly #unwatch: () => void;
  #cancelPulse = (): void => {};
  #cancelRebuild = (): void => {};
  #pulseAt: number;
  /** Monotonic ms of the last word of any proxy. */
  #heardAt: number;
  /** Nobody is heard: it is this side that is cut off. */
  #deaf = false;

  constructor(store: RegistryStore, coordinator: Coordinator, clock: Clock, log: Logger) {
    this.#store = store;
    this.#coordinator = coordinator;
    this.#clock = clock;
    this.#log = log;
    this.#unwatch = coordinator.watch(PREFIX, (event) => {
      if (event.kind === 'delete') this.#ended(event.key.slice(PREFIX.length));
    });
    this.#pulseAt = clock.now();
    this.#heardAt = this.#pulseAt;
    this.#pulse();
    this.#rebuild();
  }

  get size(): number {
    return this.#sessions.size;
  }

  find(key: string): Session | undefined {
    return this.#sessions.get(key);
  }

  serve(peer: Peer): PeerHandler<RegistryClientMessage> {
    let session: Session | null = null;
    return {
      message: (message) => {
        this.#heard();
        if (message.kind === 'hello') {
          session = this.#hello(peer, message.sessionId, message.leaseSeconds);
          if (session !== null && message.asks.length > 0) this.#store.greeted(peer.node, message.asks);
          return;
        }
        if (session === null) {
          peer.close({ code: STATUS.failedPrecondition, message: 'a session begins with hello' });
          return;
        }
        if (message.kind === 'publish') this.#publish(session, peer, message.publication);
        else if (message.kind === 'unpublish') this.#unpublish(session, message.registId);
        else this.#renew(session, peer);
      },
      closed: () => {
        if (session === null || session.peer !== peer) return;
        session.peer = null;
        for (const registId of session.publications.keys()) session.unseen.add(registId);
        const over = session.lease === null && !this.#kept.has(session);
        if (over || session.publications.size === 0) this.#drop(session);
      },
    };
  }

  #hello(peer: Peer, sessionId: string, leaseSeconds: number): Session | null {
    if (!/^[\x21-\x7e]{1,128}$/.test(sessionId)) {
      peer.close({
        code: STATUS.invalidArgument,
        message: 'the id of a session has 1 to 128 visible ASCII characters',
      });
      return null;
    }
    // The id alone opens nothing: it counts together with the node and what its key is for.
    const key = `${peer.node.instanceId}/${peer.node.id}/${sessionId}`;
    let session = this.#sessions.get(key);
    if (session === undefined) {
      if (this.#sessions.size >= MAX_SESSIONS) {
        peer.close({ code: STATUS.resourceExhausted, message: `the registry has ${MAX_SESSIONS} sessions` });
        return null;
      }
      session = {
        key,
        sessionId,
        leaseSeconds: Math.min(MAX_LEASE_SECONDS, Math.max(MIN_LEASE_SECONDS, leaseSeconds)),
        node: peer.node,
        peer,
        lease: null,
        publications: new Map(),
        unseen: new Set(),
        leaseEndsAt: 0,
      };
      this.#sessions.set(key, session);
    } else {
      session.peer?.close({ code: STATUS.cancelled, message: 'the session goes on over another connection' });
      session.peer = peer;
      session.node = peer.node;
    }
    this.#keep(session);
    return session;
  }

  #publish(session: Session, peer: Peer, publication: Publication): void {
    const { registId } = publication;
    const known = session.publications.get(registId);
    if (known === undefined && session.publications.size >= MAX_PUBLICATIONS) {
      peer.send({ kind: 'refused', registId, reason: `a session has at most ${MAX_PUBLICATIONS} publications` });
      return;
    }
    // The same name for another service: the old place is left.
    const moved = known !== undefined && (known.dataId !== publication.dataId || known.group !== publication.group);
    const result = this.#store.publish(session.key, session.sessionId, session.node, publication);
    if (typeof result === 'string') {
      peer.send({ kind: 'refused', registId: registId.slice(0, 1024), reason: result });
      this.#log.warn(
        { proxyId: session.node.id, app: session.node.app, registId, reason: result },
        'publication refused',
      );
      return;
    }
    if (moved) this.#store.unpublish(session.key, known);
    session.publications.set(registId, publication);
    session.unseen.delete(registId);
    peer.send({ kind: 'accepted', registId, version: result });
  }

  #unpublish(session: Session, registId: string): void {
    const known = session.publications.get(registId);
    if (known === undefined) return;
    session.publications.delete(registId);
    session.unseen.delete(registId);
    this.#store.unpublish(session.key, known);
  }

  #renew(session: Session, peer: Peer): void {
    // What the proxy had before the connection broke and has not named again is no longer published.
    for (const registId of [...session.unseen]) this.#unpublish(session, registId);
    if (session.lease === null) {
      // The lease ended while the connection stood, such as over a pause of the proxy: all of it is there again.
      for (const publication of session.publications.values())
        this.#store.publish(session.key, session.sessionId, session.node, publication);
    }
    this.#keep(session);
    peer.send({ kind: 'renewed' });
  }

  /** Begins the lease or prolongs it. */
  #keep(session: Session): void {
    this.#kept.delete(session);
    session.leaseEndsAt = this.#clock.wallNow() + session.leaseSeconds * 1000;
    const { lease } = session;
    const failed = (error: unknown): void => {
      this.#log.error({ err: error, proxyId: session.node.id }, 'lease of a session not prolonged');
    };
    if (lease !== null) {
      lease.keepAlive().then((live) => {
        if (live || session.lease !== lease) return;
        session.lease = null;
        this.#keep(session);
      }, failed);
      return;
    }
    this.#coordinator
      .grantLease(session.leaseSeconds * 1000)
      .then(async (granted) => {
        if (this.#sessions.get(session.key) !== session || session.lease !== null) return granted.revoke();
        session.lease = granted;
        await this.#coordinator.put(`${PREFIX}${session.key}`, session.node.id, granted);
      })
      .catch(failed);
  }

  /** The lease of a session has ended: what it published is gone. */
  #ended(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined || session.lease === null) return;
    session.lease = null;
    // Several that fall silent at once have not all died. One that is alone leaves nobody who could be told too early.
    const silentMs = this.#clock.now() - this.#heardAt;
    if (!this.#deaf && silentMs > DEAF_MS && session.peer !== null && this.#others(session)) this.#goDeaf(silentMs);
    if (this.#deaf) this.#kept.add(session);
    else this.#withdraw(session);
  }

  /** What a session published is gone, and with its connection the session itself. */
  #withdraw(session: Session): void {
    if (session.publications.size > 0)
      this.#log.warn(
        { proxyId: session.node.id, app: session.node.app, publications: session.publications.size },
        'lease of a proxy has ended: its publications are withdrawn',
      );
    for (const publication of session.publications.values()) this.#store.unpublish(session.key, publication);
    if (session.peer === null) this.#sessions.delete(session.key);
  }

  /** Whether another proxy is connected, too. */
  #others(session: Session): boolean {
    for (const other of this.#sessions.values()) if (other !== session && other.peer !== null) return true;
    return false;
  }

  #goDeaf(silentMs: number): void {
    this.#deaf = true;
    this.#cancelRebuild();
    this.#store.setConfirmed(false);
    this.#log.warn(
      { silentMs: Math.round(silentMs) },
      'no proxy has been heard: leases end, and what was published stays until proxies are heard again',
    );
  }

  #heard(): void {
    this.#heardAt = this.#clock.now();
    if (!this.#deaf) return;
    this.#deaf = false;
    this.#log.info({ waitMs: REBUILD_MS }, 'proxies are heard again: who does not come back in time is withdrawn');
    this.#rebuild();
  }

  #drop(session: Session): void {
    this.#sessions.delete(session.key);
    this.#kept.delete(session);
    const { lease } = session;
    session.lease = null;
    lease?.revoke().catch((error: unknown) => this.#log.error({ err: error }, 'lease of a session not ended'));
  }

  #pulse(): void {
    this.#cancelPulse = this.#clock.schedule(PULSE_MS, () => {
      const now = this.#clock.now();
      const lateMs = now - this.#pulseAt - PULSE_MS;
      this.#pulseAt = now;
      this.#pulse();
      if (lateMs < STALL_MS) return;
      this.#log.warn({ lateMs: Math.round(lateMs) }, 'this process stood still: all leases begin anew');
      for (const session of this.#sessions.values()) if (session.lease !== null) this.#keep(session);
      this.#rebuild();
    });
  }

  /** For a while a short list proves nothing. */
  #rebuild(): void {
    this.#cancelRebuild();
    this.#store.setConfirmed(false);
    this.#cancelRebuild = this.#clock.schedule(REBUILD_MS, () => {
      for (const session of this.#kept) this.#withdraw(session);
      this.#kept.clear();
      this.#store.setConfirmed(true);
    });
  }

  /** Tells every proxy to come back, spread over `spreadMs`. */
  goAway(spreadMs: number): void {
    for (const { peer } of this.#sessions.values())
      peer?.send({ kind: 'goaway', reconnectAfterMs: Math.round(Math.random() * spreadMs) });
  }

  stop(): void {
    this.#unwatch();
    this.#cancelPulse();
    this.#cancelRebuild();
  }
}
