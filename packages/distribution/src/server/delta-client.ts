import type { Clock, Logger } from '@weft/kit';
import type { ServerStream, StreamStatus } from '../transport/stream.ts';
import { STATUS } from '../transport/stream.ts';
import { DeltaRequest, encodeResource, encodeResponse } from '../wire/discovery.ts';
import type { NodeIdentity } from '../wire/node.ts';
import { CONFIG_DIGEST_TYPE, digestOf, resourceErrorsFromStatus } from '../wire/resource-types.ts';
import { buildResponse, differsFrom, takeHeldVersion } from './build-response.ts';
import type { DistributionLimits, DistributionServerEvents, ResourceSource } from './contract.ts';
import type { Pushable } from './push-queue.ts';
import type { Rejections } from './rejections.ts';
import { ABSENT, CHANGE, type InFlight, PRESSING, TypeState, UNKNOWN, type Urgency } from './type-state.ts';

/** A damaged value is sent that often again before it counts as rejected. */
const MAX_RESENT = 3;
/** An answer outstanding for longer, when a digest says that it was never seen, is lost. */
const LOST_AFTER_MS = 5000;
/** A concurrent push holds its slot no longer, so that silent clients do not hold up the others. */
const SLOT_MS = 1000;
const WILDCARD = '*';
const NO_BYTES = new Uint8Array(0);

/** What all clients of a server share. */
export interface Shared {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: DistributionLimits;
  readonly events: DistributionServerEvents;
  readonly identifier: string;
  readonly rejections: Rejections;
  readonly counters: Counters;
  source(typeUrl: string): ResourceSource | undefined;
  frozen(typeUrl: string, node: NodeIdentity): boolean;
  /** Something can be sent. */
  ready(client: DeltaClient): void;
  releaseSlot(): void;
  subscribed(client: DeltaClient, typeUrl: string, name: string): void;
  unsubscribed(client: DeltaClient, typeUrl: string, name: string): void;
  over(client: DeltaClient, status: StreamStatus): void;
}

export interface Counters {
  pushes: number;
  resources: number;
  bytes: number;
  acked: number;
  rejected: number;
  repairs: number;
  refused: number;
  oversized: number;
  regressions: number;
}

/** One open delta stream. */
export class DeltaClient implements Pushable {
  readonly node: NodeIdentity;
  readonly peer: string;
  readonly connectedAtMs: number;
  readonly types = new Map<string, TypeState>();
  queued = false;
  readonly #stream: ServerStream;
  readonly #shared: Shared;
  #nameCount = 0;
  #nonce = 0;
  #blocked = false;
  #open = true;

  constructor(stream: ServerStream, node: NodeIdentity, shared: Shared) {
    this.#stream = stream;
    this.node = node;
    this.peer = stream.peer;
    this.#shared = shared;
    this.connectedAtMs = shared.clock.wallNow();
  }

  message(bytes: Uint8Array): void {
    if (!this.#open) return;
    let request: DeltaRequest;
    try {
      request = DeltaRequest.decode(bytes);
    } catch (error) {
      this.close({ code: STATUS.invalidArgument, message: (error as Error).message });
      return;
    }
    if (request.typeUrl === CONFIG_DIGEST_TYPE) {
      for (const entry of request.subscribe) this.#checkDigest(entry);
      return;
    }
    if (this.#shared.source(request.typeUrl) === undefined) {
      const message = `no resources of type ${request.typeUrl || '(none given)'} here`;
      this.close({ code: STATUS.invalidArgument, message });
      return;
    }
    let state = this.types.get(request.typeUrl);
    const first = state === undefined;
    if (state === undefined) {
      state = new TypeState(request.typeUrl);
      this.types.set(request.typeUrl, state);
    }
    if (request.responseNonce !== '') this.#answer(state, request);
    this.#subscribe(state, request, first);
    this.#offer(state);
  }

  drain(): void {
    this.#blocked = false;
    for (const state of this.types.values()) this.#offer(state);
  }

  /** The stream ended by itself. */
  ended(status: StreamStatus): void {
    if (!this.#open) return;
    this.#open = false;
    for (const state of this.types.values()) {
      this.#release(state.inFlight);
      for (const name of state.names) this.#shared.unsubscribed(this, state.typeUrl, name);
      if (state.wildcard) this.#shared.unsubscribed(this, state.typeUrl, WILDCARD);
    }
    this.#shared.over(this, status);
  }

  close(status: StreamStatus): void {
    if (!this.#open) return;
    this.#stream.close(status);
    this.ended(status);
  }

  notify(typeUrl: string, name: string, urgency: Urgency): void {
    const state = this.types.get(typeUrl);
    if (state === undefined || !state.wants(name)) return;
    state.mark(name, urgency);
    this.#offer(state);
  }

  /** Sends a resource again, though it was rejected or lost; false when this client has it, or is about to answer. */
  resend(typeUrl: string, name: string): boolean {
    const state = this.types.get(typeUrl);
    if (state === undefined || !state.wants(name)) return false;
    const value = this.#shared.source(typeUrl)?.get(name, this.node) ?? null;
    const held = state.hold(name);
    if (value === null || held.acked === value.version) return false;
    if (state.inFlight?.sent.some((item) => item.name === name) === true) return false;
    this.#shared.rejections.forget(this.node, typeUrl, name);
    held.sent = held.acked > 0 ? held.acked : UNKNOWN;
    held.rejectedVersion = 0;
    held.rejectedReason = '';
    state.mark(name, PRESSING);
    this.#offer(state);
    return true;
  }

  /** Looks at everything of a type again. */
  notifyAll(typeUrl: string): void {
    const state = this.types.get(typeUrl);
    if (state === undefined) return;
    this.#markAll(state, CHANGE);
    this.#offer(state);
  }

  /** After a thaw. */
  offer(typeUrl: string): void {
    const state = this.types.get(typeUrl);
    if (state !== undefined) this.#offer(state);
  }

  get pending(): number {
    let sum = 0;
    for (const state of this.types.values()) sum += state.dirty.size;
    return sum;
  }

  push(): { readonly sent: boolean; readonly more: boolean } {
    for (const state of this.types.values()) {
      if (!this.#sendable(state)) continue;
      const shared = this.#shared;
      const { typeUrl } = state;
      const built = buildResponse(state, {
        source: shared.source(typeUrl) as ResourceSource,
        node: this.node,
        frozen: shared.frozen(typeUrl, this.node),
        maxMessageBytes: shared.limits.maxMessageBytes,
        identifier: shared.identifier,
        nonce: String(++this.#nonce),
        nowMs: shared.clock.now(),
        regressed: (name, had, given) => {
          shared.counters.regressions++;
          shared.log.warn({ node: this.node.id, typeUrl, name, had, given }, 'an older version is not sent');
          shared.events.ahead?.(this.node, typeUrl, name, had, given);
        },
        oversized: (name, version, sizeBytes) => {
          shared.counters.oversized++;
          shared.log.error({ typeUrl, name, version, sizeBytes }, 'a resource does not fit into a message');
          shared.events.rejected?.(this.node, typeUrl, name, version, `not sent: ${sizeBytes} bytes are too many`);
        },
      });
      if (built === undefined) continue;
      state.inFlight = built.inFlight;
      shared.counters.pushes++;
      shared.counters.resources += built.inFlight.sent.length;
      shared.counters.bytes += built.bytes.length;
      this.#blocked = !this.#stream.send(built.bytes);
      return { sent: true, more: this.#anySendable() };
    }
    return { sent: false, more: false };
  }

  /** Called about once a second. */
  sweep(nowMs: number): void {
    for (const state of this.types.values()) {
      const { inFlight } = state;
      if (inFlight === undefined) continue;
      const waitedMs = nowMs - inFlight.sentAtMs;
      if (waitedMs >= SLOT_MS) this.#release(inFlight);
      if (waitedMs >= this.#shared.limits.ackTimeoutMs) {
        const message = `no answer to ${state.typeUrl} for ${Math.round(waitedMs)} ms`;
        this.close({ code: STATUS.deadlineExceeded, message });
        return;
      }
    }
  }

  #sendable(state: TypeState): boolean {
    if (state.inFlight !== undefined || state.dirty.size === 0) return false;
    return state.pressing > 0 || !this.#shared.frozen(state.typeUrl, this.node);
  }

  #anySendable(): boolean {
    if (this.#blocked) return false;
    for (const state of this.types.values()) if (this.#sendable(state)) return true;
    return false;
  }

  #offer(state: TypeState): void {
    if (this.#open && !this.#blocked && this.#sendable(state)) this.#shared.ready(this);
  }

  #release(inFlight: InFlight | undefined): void {
    if (!inFlight?.holdsSlot) return;
    inFlight.holdsSlot = false;
    this.#shared.releaseSlot();
  }

  #markAll(state: TypeState, urgency: Urgency): void {
    for (const name of state.names) state.mark(name, urgency);
    for (const name of state.held.keys()) state.mark(name, urgency);
    if (!state.wildcard) return;
    for (const name of this.#shared.source(state.typeUrl)?.names(this.node) ?? []) {
      // What the client holds already is a change like any other.
      state.mark(name, state.held.has(name) ? CHANGE : urgency);
    }
  }

  #subscribe(state: TypeState, request: DeltaRequest, first: boolean): void {
    const { events, limits } = this.#shared;
    const added: string[] = [];
    // A first request without names means everything, as with Envoy.
    const subscribe = first && request.subscribe.length === 0 ? [WILDCARD] : request.subscribe;
    for (const name of subscribe) {
      if (Buffer.byteLength(name) > limits.maxNameBytes || name === '') {
        this.close({ code: STATUS.invalidArgument, message: `a resource name has 1 to ${limits.maxNameBytes} bytes` });
        return;
      }
      const fresh = name === WILDCARD ? !state.wildcard : !state.names.has(name);
      if (fresh) {
        if (++this.#nameCount > limits.maxNamesPerClient) {
          this.close({ code: STATUS.resourceExhausted, message: `more than ${limits.maxNamesPerClient} names` });
          return;
        }
        if (name === WILDCARD) state.wildcard = true;
        else state.names.add(name);
        this.#shared.subscribed(this, state.typeUrl, name);
        added.push(name);
      }
      if (name === WILDCARD) continue;
      // Subscribed again: the client asks for it whatever we believe that it has.
      const held = state.held.get(name);
      if (held !== undefined) held.sent = held.acked > 0 && fresh ? held.acked : UNKNOWN;
      state.mark(name, PRESSING);
    }
    for (const [name, version] of Object.entries(request.initialVersions)) {
      if (!state.wants(name)) continue;
      const content = takeHeldVersion(state, name, version);
      this.#shared.rejections.recall(this.node, state.typeUrl, name, state.hold(name));
      state.clean(name);
      state.mark(name, CHANGE);
      this.#compare(state, name, content);
    }
    if (subscribe.includes(WILDCARD)) this.#markAll(state, PRESSING);
    this.#unsubscribe(state, request.unsubscribe);
    if (added.length > 0) events.subscribed?.(this.node, state.typeUrl, added);
  }

  /** The same version with other content: the owner has to give its own a number that the client takes. */
  #compare(state: TypeState, name: string, content: string): void {
    const { sent } = state.hold(name);
    const value = this.#shared.source(state.typeUrl)?.get(name, this.node) ?? null;
    if (value === null || !differsFrom(value, sent, content)) return;
    this.#shared.counters.regressions++;
    this.#shared.log.warn(
      { node: this.node.id, typeUrl: state.typeUrl, name, version: sent },
      'a version with other content',
    );
    this.#shared.events.ahead?.(this.node, state.typeUrl, name, sent, value.version);
  }

  #unsubscribe(state: TypeState, names: readonly string[]): void {
    const gone: string[] = [];
    for (const name of names) {
      if (name === WILDCARD ? !state.wildcard : !state.names.has(name)) continue;
      if (name === WILDCARD) {
        state.wildcard = false;
        for (const held of [...state.held.keys()]) if (!state.names.has(held)) this.#forget(state, held);
      } else {
        state.names.delete(name);
        if (!state.wildcard) this.#forget(state, name);
      }
      this.#nameCount--;
      this.#shared.unsubscribed(this, state.typeUrl, name);
      gone.push(name);
    }
    if (gone.length > 0) this.#shared.events.unsubscribed?.(this.node, state.typeUrl, gone);
  }

  #forget(state: TypeState, name: string): void {
    state.held.delete(name);
    state.clean(name);
  }

  /** ACK, NACK or a mixture of both for the response under way. */
  #answer(state: TypeState, request: DeltaRequest): void {
    const { inFlight } = state;
    if (inFlight?.nonce !== request.responseNonce) return;
    const { events, counters, clock } = this.#shared;
    state.inFlight = undefined;
    this.#release(inFlight);
    const elapsedMs = clock.now() - inFlight.sentAtMs;
    const errors = request.errorDetail === undefined ? [] : resourceErrorsFromStatus(request.errorDetail.details);
    const general = request.errorDetail?.message || 'rejected without a reason';
    const byName = new Map(errors?.map((error) => [error.name, error]));

    for (const { name, version } of inFlight.sent) {
      const held = state.held.get(name);
      if (held === undefined) continue;
      held.answeredAtMs = clock.wallNow();
      held.elapsedMs = elapsedMs;
      const error = byName.get(name);
      if (errors !== undefined && error === undefined) {
        held.acked = version;
        held.rejectedVersion = 0;
        held.rejectedReason = '';
        held.resent = 0;
        counters.acked++;
        this.#shared.rejections.forget(this.node, state.typeUrl, name);
        events.acked?.(this.node, state.typeUrl, name, version, elapsedMs);
        continue;
      }
      held.rejectedVersion = version;
      held.rejectedReason = error?.reason || general;
      counters.rejected++;
      events.rejected?.(this.node, state.typeUrl, name, version, held.rejectedReason);
      if (error?.damaged && held.resent < MAX_RESENT) {
        held.resent++;
        held.sent = held.acked > 0 ? held.acked : UNKNOWN;
        state.mark(name, PRESSING);
      } else this.#shared.rejections.remember(this.node, state.typeUrl, name, version, held.rejectedReason);
    }
    for (const name of inFlight.removed) {
      events.removed?.(this.node, state.typeUrl, name);
      const held = state.held.get(name);
      if (held === undefined) continue;
      held.acked = 0;
      held.answeredAtMs = clock.wallNow();
      held.elapsedMs = elapsedMs;
      if (!state.names.has(name) && held.sent === ABSENT && !state.dirty.has(name)) state.held.delete(name);
    }
  }

  /** `<type URL>=<sha256>=<last nonce seen>` */
  #checkDigest(entry: string): void {
    const nonceAt = entry.lastIndexOf('=');
    const digestAt = entry.lastIndexOf('=', nonceAt - 1);
    const state = this.types.get(entry.slice(0, digestAt));
    const source = state === undefined ? undefined : this.#shared.source(state.typeUrl);
    if (state === undefined || source === undefined) return;
    const { clock, counters, events } = this.#shared;
    const { inFlight } = state;
    if (inFlight !== undefined) {
      // On its way, or its answer is; unless that has taken too long.
      if (clock.now() - inFlight.sentAtMs < LOST_AFTER_MS) return;
      state.inFlight = undefined;
      this.#release(inFlight);
    }
    const digest = entry.slice(digestAt + 1, nonceAt);
    let repaired = 0;
    if (digest !== digestOf(state.ackedVersions())) {
      // It holds something else than we believe: it is asked to say what.
      repaired++;
      this.#stream.send(
        encodeResponse({ typeUrl: CONFIG_DIGEST_TYPE, nonce: '0', removed: [], identifier: '' }, [
          encodeResource(state.typeUrl, 1, CONFIG_DIGEST_TYPE, NO_BYTES),
        ]),
      );
    } else {
      // Nobody notified us, or what we sent was lost.
      const wanted = state.wildcard ? [...state.held.keys(), ...source.names(this.node)] : [...state.names];
      for (const name of new Set(wanted)) {
        if (state.dirty.has(name)) continue;
        const held = state.hold(name);
        const value = source.get(name, this.node);
        if (value === null) continue;
        const version = value?.version ?? ABSENT;
        const lost = inFlight !== undefined && held.sent !== held.acked;
        if (lost) held.sent = held.acked > 0 ? held.acked : UNKNOWN;
        if (version !== ABSENT && version === held.rejectedVersion) continue;
        if (lost || version > held.sent || (version === ABSENT && held.sent > 0)) {
          state.mark(name, CHANGE);
          repaired++;
        }
      }
    }
    if (repaired > 0) {
      counters.repairs++;
      events.repaired?.(this.node, state.typeUrl, repaired);
    }
    this.#offer(state);
  }
}
