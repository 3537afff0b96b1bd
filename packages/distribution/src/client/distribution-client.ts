import { type Clock, createRandom, type Logger, noopLogger, systemClock } from '@weft/kit';
import type { SnapshotEntry } from '../snapshot/contract.ts';
import { DELTA_METHOD, DeltaRequest, DeltaResponse } from '../wire/discovery.ts';
import { contentOf, formatHeldVersion } from '../wire/held-version.ts';
import {
  CONFIG_DIGEST_TYPE,
  DamagedValueError,
  digestOf,
  type ResourceError,
  resourceErrorsToStatus,
} from '../wire/resource-types.ts';
import type { ResourceType } from '../wire/resources.ts';
import type {
  Apply,
  ClientStats,
  DistributionClient,
  DistributionClientOptions,
  LinkStream,
  ReceivedResource,
  Rejection,
  ResourceUpdate,
  Subscription,
} from './contract.ts';
import { type HeldResource, HeldType } from './held-type.ts';
import { Saver } from './saver.ts';
import { Serial } from './serial.ts';

const DIGEST_INTERVAL_MS = 60_000;
const SAVE_DELAY_MS = 2000;
/** Values of a snapshot that nobody asked for again are kept that long. */
const UNCLAIMED_MS = 7 * 24 * 3600 * 1000;
/** Of one request; more names go in several. */
const MAX_REQUEST_BYTES = 1024 * 1024;
/** A well-behaved server has one response under way per type. */
const MAX_WAITING = 1000;
const NO_BYTES = new Uint8Array(0);

interface Incoming {
  readonly name: string;
  readonly version: number;
  readonly body: Uint8Array;
}

/** What came in one message, or from disk. */
interface Arrived extends Pick<ResourceUpdate<unknown>, 'removed' | 'origin' | 'receivedAtMs'> {
  readonly incoming: readonly Incoming[];
}

class DistributionClientImpl implements DistributionClient {
  readonly #options: DistributionClientOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #types = new Map<string, HeldType>();
  readonly #serial = new Serial();
  readonly #saver: Saver | undefined;
  /** From the snapshot, by kind and name: not subscribed yet. */
  readonly #unclaimed = new Map<string, SnapshotEntry>();
  readonly #detach: () => void;
  #stream: LinkStream | undefined;
  #cancelDigest: (() => void) | undefined;
  #opened = 0;
  #updates = 0;
  #rejections = 0;
  #ignoredOld = 0;
  #repairs = 0;

  constructor(options: DistributionClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? noopLogger;
    const { snapshot } = options;
    if (snapshot !== undefined) {
      for (const entry of snapshot.load().entries) this.#unclaimed.set(`${entry.kind} ${entry.name}`, entry);
      const delayMs = options.saveDelayMs ?? SAVE_DELAY_MS;
      this.#saver = new Saver(snapshot, () => this.#entries(), delayMs, this.#clock, this.#log);
    }
    this.#detach = options.link.attach(DELTA_METHOD, {
      open: (stream) => {
        this.#stream = stream;
        this.#opened++;
        // Behind what is being applied: the versions said to be held must be true.
        this.#serial.run(() => {
          for (const held of this.#types.values()) this.#introduce(held, stream);
        });
        this.#scheduleDigest(true);
      },
      message: (bytes) => this.#message(bytes),
      drain() {},
      end: () => {
        this.#stream = undefined;
        this.#cancelDigest?.();
        this.#cancelDigest = undefined;
      },
    });
  }

  subscribe<T>(
    type: ResourceType<T>,
    names: readonly string[],
    apply: Apply<T>,
    options: { readonly persist?: boolean } = {},
  ): Subscription {
    if (this.#types.has(type.typeUrl)) throw new Error(`${type.typeUrl} is subscribed already: add names to it`);
    // What a type decodes is what its own `apply` gets.
    const held = new HeldType(
      type as ResourceType<unknown>,
      names,
      apply as unknown as Apply<unknown>,
      options.persist !== false,
    );
    this.#types.set(type.typeUrl, held);
    this.#serial.run(() => this.#restore(held, held.names));
    this.#serial.run(() => {
      if (this.#stream !== undefined) this.#introduce(held, this.#stream);
    });
    return {
      names: held.names,
      add: (more) => {
        const fresh = more.filter((name) => !held.names.has(name));
        if (fresh.length === 0) return;
        for (const name of fresh) held.names.add(name);
        this.#serial.run(() => this.#restore(held, new Set(fresh)));
        this.#serial.run(() => {
          if (this.#stream !== undefined) this.#sendNames(held, fresh, this.#stream);
        });
      },
      remove: (some) => {
        const gone = some.filter((name) => held.names.delete(name));
        if (gone.length === 0) return;
        for (const name of gone.includes('*') ? [...held.held.keys()] : gone) {
          if (held.wants(name)) continue;
          held.held.delete(name);
          held.rejected.delete(name);
        }
        this.#saver?.changed();
        this.#stream?.send(DeltaRequest.encode({ typeUrl: type.typeUrl, unsubscribe: gone }));
      },
    };
  }

  applied(typeUrl: string) {
    return this.#types.get(typeUrl)?.applied() ?? [];
  }

  digest(typeUrl: string): string {
    return this.#types.get(typeUrl)?.digest() ?? digestOf([]);
  }

  stats(): ClientStats {
    return {
      updatesTotal: this.#updates,
      rejectedTotal: this.#rejections,
      ignoredOldTotal: this.#ignoredOld,
      repairsTotal: this.#repairs,
      reconnectsTotal: Math.max(0, this.#opened - 1),
    };
  }

  async save(): Promise<void> {
    await this.#saver?.saveNow();
  }

  async close(): Promise<void> {
    this.#detach();
    this.#stream = undefined;
    this.#cancelDigest?.();
    await this.#saver?.close();
  }

  /** Says on a new stream what is wanted and what is held. */
  #introduce(held: HeldType, stream: LinkStream): void {
    if (stream !== this.#stream || held.names.size === 0) return;
    held.lastNonce = '';
    const typeUrl = held.type.typeUrl;
    const names = [...held.names];
    if (!held.names.has('*')) {
      this.#sendNames(held, names, stream);
      return;
    }
    const initialVersions: Record<string, string> = Object.create(null);
    for (const [name, resource] of held.held) initialVersions[name] = heldVersion(resource);
    stream.send(DeltaRequest.encode({ typeUrl, subscribe: names, initialVersions }));
  }

  #sendNames(held: HeldType, names: readonly string[], stream: LinkStream): void {
    const typeUrl = held.type.typeUrl;
    let subscribe: string[] = [];
    let initialVersions: Record<string, string> = Object.create(null);
    let sizeBytes = 0;
    for (const name of names) {
      if (!held.names.has(name)) continue;
      subscribe.push(name);
      const resource = held.held.get(name);
      if (resource !== undefined) initialVersions[name] = heldVersion(resource);
      sizeBytes += name.length * 6 + 64;
      if (sizeBytes < MAX_REQUEST_BYTES) continue;
      stream.send(DeltaRequest.encode({ typeUrl, subscribe, initialVersions }));
      subscribe = [];
      initialVersions = Object.create(null);
      sizeBytes = 0;
    }
    if (subscribe.length > 0) stream.send(DeltaRequest.encode({ typeUrl, subscribe, initialVersions }));
  }

  #message(bytes: Uint8Array): void {
    const stream = this.#stream;
    let response: DeltaResponse;
    try {
      response = DeltaResponse.decode(bytes);
    } catch (error) {
      this.#log.warn({ err: error }, 'a response of the control plane is malformed');
      stream?.abort('malformed response');
      return;
    }
    if (response.typeUrl === CONFIG_DIGEST_TYPE) {
      for (const { name } of response.resources) this.#resynchronise(name);
      return;
    }
    const held = this.#types.get(response.typeUrl);
    if (held === undefined) return;
    if (this.#serial.waiting >= MAX_WAITING) {
      stream?.abort(`${MAX_WAITING} responses wait to be applied`);
      return;
    }
    const receivedAtMs = this.#clock.now();
    this.#serial.run(() => this.#receive(held, response, stream, receivedAtMs));
  }

  #resynchronise(typeUrl: string): void {
    const held = this.#types.get(typeUrl);
    if (held === undefined) return;
    this.#repairs++;
    this.#serial.run(() => {
      if (this.#stream !== undefined) this.#introduce(held, this.#stream);
    });
  }

  #receive(
    held: HeldType,
    response: DeltaResponse,
    stream: LinkStream | undefined,
    receivedAtMs: number,
  ): void | Promise<void> {
    held.lastNonce = response.nonce;
    const errors: ResourceError[] = [];
    const incoming: Incoming[] = [];
    for (const { name, version: text, resource } of response.resources) {
      const version = Number(text);
      if (!Number.isSafeInteger(version) || version < 1) {
        errors.push({ name, version: 0, damaged: false, reason: `version "${text}" is not a positive integer` });
      } else incoming.push({ name, version, body: resource?.value ?? NO_BYTES });
    }
    // Also of what it never had: whoever asked for a name by itself hears that there is none.
    const removed = response.removed.filter((name) => held.held.has(name) || held.names.has(name));
    for (const name of response.removed) held.rejected.delete(name);
    const answer = (): void => {
      if (stream === undefined || stream !== this.#stream) return;
      const typeUrl = held.type.typeUrl;
      const responseNonce = response.nonce;
      const errorDetail = errors.length > 0 ? resourceErrorsToStatus(errors) : undefined;
      stream.send(DeltaRequest.encode({ typeUrl, responseNonce, errorDetail }));
    };
    const applying = this.#apply(held, { incoming, removed, origin: 'server', receivedAtMs }, errors);
    if (applying === undefined) answer();
    else return applying.then(answer);
  }

  /** Applies what was on disk and is not held yet. */
  #restore(held: HeldType, names: ReadonlySet<string>): void | Promise<void> {
    if (this.#unclaimed.size === 0) return;
    const incoming: Incoming[] = [];
    const take = (entry: SnapshotEntry | undefined): void => {
      if (entry === undefined || entry.kind !== held.type.typeUrl) return;
      this.#unclaimed.delete(`${entry.kind} ${entry.name}`);
      if (!held.held.has(entry.name)) incoming.push(entry);
    };
    if (names.has('*')) for (const entry of [...this.#unclaimed.values()]) take(entry);
    else for (const name of names) take(this.#unclaimed.get(`${held.type.typeUrl} ${name}`));
    if (incoming.length === 0) return;
    const errors: ResourceError[] = [];
    const report = (): void => {
      for (const { name, reason } of errors) {
        this.#log.warn({ name, reason }, '[snapshot] a value was not applied');
        // The server may send the same version: it is tried again then.
        held.rejected.delete(name);
      }
    };
    const applying = this.#apply(
      held,
      { incoming, removed: [], origin: 'snapshot', receivedAtMs: this.#clock.now() },
      errors,
    );
    if (applying === undefined) report();
    else return applying.then(report);
  }

  #apply(
    held: HeldType,
    { incoming, removed, origin, receivedAtMs }: Arrived,
    errors: ResourceError[],
  ): undefined | Promise<void> {
    const updated: ReceivedResource<unknown>[] = [];
    const bodies = new Map<string, Incoming>();
    for (const one of incoming) {
      const { name, version } = one;
      if (!held.wants(name)) continue;
      if (version <= (held.held.get(name)?.version ?? 0)) {
        this.#ignoredOld++;
        continue;
      }
      // Also a version that was rejected: the server sends it again when somebody asked for another try.
      try {
        updated.push({ name, version, value: held.type.decode(one.body) });
        bodies.set(name, one);
      } catch (error) {
        const damaged = error instanceof DamagedValueError;
        const reason = (error as Error).message;
        errors.push({ name, version, damaged, reason });
        this.#rejections++;
        if (!damaged) held.rejected.set(name, { version, reason });
      }
    }
    if (updated.length === 0 && removed.length === 0) return undefined;

    const done = (rejections: readonly Rejection[]): void => {
      const reasons = new Map(rejections.map(({ name, reason }) => [name, reason]));
      for (const [name, { version, body }] of bodies) {
        const reason = reasons.get(name);
        if (reason !== undefined) {
          held.rejected.set(name, { version, reason });
          errors.push({ name, version, damaged: false, reason });
          this.#rejections++;
          this.#log.warn({ name, version, reason }, 'a value was rejected; the one before stays in force');
          continue;
        }
        this.#updates++;
        held.rejected.delete(name);
        if (!held.wants(name)) continue;
        const keep = held.persist && this.#saver !== undefined;
        // Copied: it is a view of a message that may hold many others.
        const copy = keep ? new Uint8Array(body) : NO_BYTES;
        held.held.set(name, {
          version,
          origin,
          atMs: this.#clock.wallNow(),
          body: copy,
          content: keep ? '' : contentOf(body),
        });
      }
      for (const name of removed) held.held.delete(name);
      if (held.persist && origin === 'server') this.#saver?.changed();
    };
    const failed = (error: unknown): void => {
      const reason = `applying failed: ${error instanceof Error ? error.message : String(error)}`;
      this.#log.error({ err: error, typeUrl: held.type.typeUrl }, 'applying an update failed');
      done([...bodies.keys()].map((name) => ({ name, reason })));
    };
    let result: readonly Rejection[] | Promise<readonly Rejection[]>;
    try {
      result = held.apply({ updated, removed, origin, receivedAtMs });
    } catch (error) {
      failed(error);
      return undefined;
    }
    if (result instanceof Promise) return result.then(done, failed);
    done(result);
    return undefined;
  }

  #scheduleDigest(first: boolean): void {
    const intervalMs = this.#options.digestIntervalMs ?? DIGEST_INTERVAL_MS;
    const random = this.#options.random ?? createRandom(this.#clock.wallNow());
    // The first one anywhere in the interval: clients that connected together do not ask together.
    const delayMs = first ? intervalMs * (0.5 + random.next() / 2) : intervalMs;
    this.#cancelDigest?.();
    this.#cancelDigest = this.#clock.schedule(delayMs, () => {
      this.#cancelDigest = undefined;
      if (this.#stream === undefined) return;
      this.#serial.run(() => {
        for (const [typeUrl, held] of this.#types) {
          if (held.names.size === 0) continue;
          const subscribe = [`${typeUrl}=${held.digest()}=${held.lastNonce}`];
          this.#stream?.send(DeltaRequest.encode({ typeUrl: CONFIG_DIGEST_TYPE, subscribe }));
        }
      });
      this.#scheduleDigest(false);
    });
  }

  #entries(): readonly SnapshotEntry[] {
    const entries: SnapshotEntry[] = [];
    for (const [kind, held] of this.#types) {
      if (!held.persist) continue;
      for (const [name, { version, body, atMs }] of held.held) {
        entries.push({ kind, name, version, body, savedAtMs: atMs });
      }
    }
    const oldest = this.#clock.wallNow() - UNCLAIMED_MS;
    for (const entry of this.#unclaimed.values()) if (entry.savedAtMs >= oldest) entries.push(entry);
    return entries;
  }
}

/** Of bytes that are kept the sum is made when it is asked for. */
function heldVersion(resource: HeldResource): string {
  if (resource.content === '' && resource.body.length > 0) resource.content = contentOf(resource.body);
  return formatHeldVersion(resource);
}

/** Values from disk at once, then from the server; tells it what was applied and what not. */
export function createDistributionClient(options: DistributionClientOptions): DistributionClient {
  return new DistributionClientImpl(options);
}
