import { type IdTable, type ProtocolError, WheelTimer } from '@weft/kit';
import {
  Detection,
  type RequestHead,
  type ResetReason,
  type ServerCodec,
  type ServerHandler,
  type ServerStream,
} from '@weft/sdk';
import { DOWNSTREAM, PROCESS } from '@weft/telemetry/stats';
import type { ProtocolBinding } from '../cluster/index.ts';
import { type ByteCells, ByteCounts, type Connection, type ConnectionOwner } from '../net/index.ts';
import { CodecDriver, type Detected, type DriverHost, detectProtocol, resembledProtocol } from '../protocol/index.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { Exchange } from './exchange.ts';

/** Where a listener's current runtime is found: a reload replaces the runtime, connections keep the slot. */
export interface ListenerSlot {
  runtime: ListenerRuntime;
  readonly connections: IdTable<DownstreamConnection>;
}

/** How the connections of a listener are handled; part of the runtime. */
export interface ConnectionPlan {
  /** In the order of detection. With one entry and no fallback nothing is detected. */
  readonly bindings: readonly ProtocolBinding[];
  readonly detects: boolean;
  /** Takes connections that no protocol recognised; null = they are closed. */
  readonly fallback: ProtocolBinding | null;
  readonly detectTimeoutMs: number;
  readonly detectMaxBytes: number;
  /** Without requests in flight; 0 = never. */
  readonly idleTimeoutMs: number;
  /** Also while a tunnel is open; 0 = never. */
  readonly tunnelIdleTimeoutMs: number;
  /** For the head of a request, from its first byte to its last; 0 = none of its own. */
  readonly headTimeoutMs: number;
}

const BYTE_CELLS: ByteCells = {
  read: DOWNSTREAM.bytes_read_total,
  written: DOWNSTREAM.bytes_write_total,
  readBuffered: DOWNSTREAM.bytes_read_buffered,
  writeBuffered: DOWNSTREAM.bytes_write_buffered,
};

/** Time that a draining connection without requests gets for one that may be on the way, ms. */
const LAST_REQUEST_MS = 250;

/**
 * A connection that a caller opened: finds its protocol, then turns each request into an exchange.
 */
export class DownstreamConnection implements ConnectionOwner, DriverHost, ServerHandler {
  readonly connection: Connection;
  readonly slot: ListenerSlot;
  /** Called once when the connection is gone from here, closed or moved. */
  onGone: () => void = () => {};
  readonly #plane: DataPlane;
  readonly #plan: ConnectionPlan;
  #driver: CodecDriver | null = null;
  #codec: ServerCodec | null = null;
  #binding: ProtocolBinding | null = null;
  #early: Buffer = Buffer.alloc(0);
  #drains = false;
  /** Monotonic ms of the last look for answers that nobody fetches. */
  #unfetchedSince = 0;
  readonly #timer: WheelTimer;

  constructor(
    plane: DataPlane,
    slot: ListenerSlot,
    plan: ConnectionPlan,
    open: (owner: ConnectionOwner) => Connection,
  ) {
    this.#plane = plane;
    this.slot = slot;
    this.#plan = plan;
    this.#timer = new WheelTimer(() => this.#checkIdle());
    const connection = open(this);
    this.connection = connection;
    const { stats } = slot.runtime;
    connection.counts = new ByteCounts(stats, BYTE_CELLS);
    stats[DOWNSTREAM.connection_total]!++;
    stats[DOWNSTREAM.connection_active]!++;
    plane.process[PROCESS.connections_active]!++;
    slot.connections.set(this);
  }

  get id(): number {
    return this.connection.id;
  }

  get protocolName(): string {
    return this.#binding?.protocol.name ?? '';
  }

  get activeStreams(): number {
    return this.#codec?.activeStreams ?? 0;
  }

  get driver(): CodecDriver | null {
    return this.#driver;
  }

  /** The requests under way, as far as those of the protocol may last. */
  get lastingExchanges(): Exchange[] {
    const exchanges: Exchange[] = [];
    for (const { sink } of this.#codec?.openStreams?.() ?? []) if (sink instanceof Exchange) exchanges.push(sink);
    return exchanges;
  }

  /** Begins to serve; called once after construction. */
  begin(): void {
    const plan = this.#plan;
    if (plan.detects) {
      // The time to tell a protocol counts from the first byte: a caller may open a connection before it has something to
      // say. Only a fallback, whose callers may wait for the host to speak, has it from the start.
      const silentMs = plan.fallback === null ? plan.idleTimeoutMs : plan.detectTimeoutMs;
      if (silentMs > 0) this.#plane.context.timers.arm(this.#timer, silentMs);
      return;
    }
    this.#speak(plan.bindings[0] as ProtocolBinding, undefined);
  }

  /** Goes on with a connection that another thread had: its protocol is known, so is its codec's state. */
  continueWith(protocolName: string, state: unknown, unread: Buffer): boolean {
    const binding = [...this.#plan.bindings, this.#plan.fallback].find((item) => item?.protocol.name === protocolName);
    if (binding === null || binding === undefined) {
      this.connection.reset();
      return false;
    }
    this.#speak(binding, state);
    if (unread.length > 0) this.#driver?.onBytes(unread, 0, unread.length);
    return true;
  }

  /** No new requests; the connection ends when the open ones have. */
  drain(): void {
    const codec = this.#codec;
    if (this.#drains) return;
    this.#drains = true;
    // A protocol that cannot announce the end of a connection gets a moment: the next request may be on the way, and a
    // close that meets it would lose it. Its answer then says that it was the last one.
    const silent = codec === null || this.#binding?.protocol.pooling === 'ping-pong' || this.connection.bytesRead === 0;
    if (silent && (codec === null || codec.activeStreams === 0))
      this.#plane.context.timers.arm(this.#timer, LAST_REQUEST_MS);
    else codec?.goaway();
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): void {
    this.#exchange(stream, head, end)?.begin();
  }

  onWholeRequest(stream: ServerStream, head: RequestHead, bytes: Buffer, start: number, end: number): void {
    this.#exchange(stream, head, false)?.beginWhole(bytes, start, end);
  }

  /** null for a caller that gets no more answers. */
  #exchange(stream: ServerStream, head: RequestHead, end: boolean): Exchange | null {
    const { connection } = this;
    if (connection.readsTooSlowly(connection.pendingBytes, this.#plane.connectionBufferBytes)) {
      this.#plane.onPeerError('the caller asks on without reading the answers', this);
      connection.reset();
      return null;
    }
    if (this.#drains) this.#codec?.goaway();
    const marks = (this.#binding as ProtocolBinding).limits;
    return new Exchange(this.#plane, this.slot.runtime, connection, stream, head, end, marks.highWaterBytes);
  }

  onConnected(): void {}

  /** Bytes before the protocol is known. */
  onBytes(bytes: Buffer, start: number, end: number): void {
    const plan = this.#plan;
    const seen =
      this.#early.length === 0 ? bytes.subarray(start, end) : Buffer.concat([this.#early, bytes.subarray(start, end)]);
    const detected = this.#detect(seen);
    if (detected.kind === 'more') {
      if (this.#early.length === 0) this.#plane.context.timers.arm(this.#timer, plan.detectTimeoutMs);
      this.#early = Buffer.from(seen);
      return;
    }
    const binding =
      detected.kind === 'protocol' ? plan.bindings.find((item) => item.protocol === detected.protocol) : plan.fallback;
    this.#early = Buffer.alloc(0);
    this.#plane.context.timers.cancel(this.#timer);
    if (binding === undefined || binding === null) {
      this.#plane.process[PROCESS.detection_failures]!++;
      this.#plane.onPeerError('no protocol of the listener recognises the first bytes', this, seen);
      this.connection.reset();
      return;
    }
    this.#speak(binding, undefined);
    this.#driver?.onBytes(seen as Buffer, 0, seen.length);
  }

  /** A fallback takes anything; without one a protocol that is meant, as far as one can tell, says what is wrong. */
  #detect(seen: Buffer): Detected {
    const { bindings, detectMaxBytes, fallback } = this.#plan;
    const protocols = bindings.map((binding) => binding.protocol);
    const detected = detectProtocol(protocols, seen, seen.length, detectMaxBytes);
    if (detected.kind !== 'unknown' || fallback !== null) return detected;
    return resembledProtocol(protocols, seen, seen.length, detectMaxBytes);
  }

  /** The peer has said all it will, and no protocol knows it: the fallback may. */
  onEnd(): void {
    const { fallback } = this.#plan;
    const early = this.#early;
    if (fallback === null || early.length === 0) {
      this.connection.close();
      return;
    }
    this.#plane.context.timers.cancel(this.#timer);
    this.#early = Buffer.alloc(0);
    this.#speak(fallback, undefined);
    this.#driver?.onBytes(early, 0, early.length);
    this.#driver?.onEnd();
  }

  onDrained(): void {}

  onTimer(): void {}

  onClosed(_driverOrReason: CodecDriver | ResetReason): void {
    this.#gone();
  }

  /** Gives the connection up to another thread; null when it cannot move now. */
  detach(): { protocol: string; fd: number; state: unknown; unread: Uint8Array } | null {
    const detached = this.#driver?.detach() ?? null;
    if (detached === null) return null;
    this.#gone();
    return { protocol: this.protocolName, fd: detached.connection.fd, state: detached.state, unread: detached.unread };
  }

  #gone(): void {
    this.#plane.context.timers.cancel(this.#timer);
    if (!this.slot.connections.delete(this.id)) return;
    this.onGone();
    const { stats } = this.slot.runtime;
    stats[DOWNSTREAM.connection_destroy]!++;
    stats[DOWNSTREAM.connection_active]!--;
    this.#plane.process[PROCESS.connections_active]!--;
  }

  onProtocolError(_driver: CodecDriver, error: ProtocolError): void {
    this.#plane.process[PROCESS.protocol_errors]!++;
    this.#plane.onPeerError(error.message, this);
  }

  #speak(binding: ProtocolBinding, state: unknown): void {
    this.#binding = binding;
    const driver = new CodecDriver(this.connection, this);
    const codec = binding.protocol.createServer(driver, this, binding.config, binding.limits);
    driver.attach(codec);
    this.#driver = driver;
    this.#codec = codec;
    codec.start(state);
    this.#armIdle();
  }

  #armIdle(): void {
    const plan = this.#plan;
    if (this.#drains) {
      this.#plane.context.timers.arm(this.#timer, LAST_REQUEST_MS);
      return;
    }
    const limitMs = Math.min(
      plan.idleTimeoutMs || Number.POSITIVE_INFINITY,
      plan.tunnelIdleTimeoutMs || Number.POSITIVE_INFINITY,
      this.#headRestMs(),
    );
    if (limitMs !== Number.POSITIVE_INFINITY) this.#plane.context.timers.arm(this.#timer, limitMs);
  }

  /** Time left for the head that is arriving, or the whole of it for one that may begin now; infinite without a limit. */
  #headRestMs(): number {
    const { headTimeoutMs } = this.#plan;
    if (headTimeoutMs === 0 || this.#codec?.pendingHead === undefined) return Number.POSITIVE_INFINITY;
    const since = this.#driver?.headSince ?? 0;
    return since === 0 ? headTimeoutMs : since + headTimeoutMs - this.#plane.context.now;
  }

  /** Too slow to say what it speaks: the fallback gets it if there is one. */
  #detectionTimedOut(): void {
    const { fallback, bindings } = this.#plan;
    const { process } = this.#plane;
    const early = this.#early;
    if (fallback === null && early.length === 0) {
      process[PROCESS.connections_idle_closed]!++;
      this.connection.close();
      return;
    }
    process[PROCESS.detection_failures]!++;
    if (fallback === null) this.#plane.onPeerError('the first bytes came too slowly to tell the protocol', this, early);
    const meant = bindings.find(
      ({ protocol }) => (protocol.resembles?.(early, early.length) ?? Detection.NO) !== Detection.NO,
    );
    const binding = fallback ?? meant;
    if (binding === undefined) {
      this.connection.reset();
      return;
    }
    this.#early = Buffer.alloc(0);
    this.#speak(binding, undefined);
    if (early.length > 0) this.#driver?.onBytes(early, 0, early.length);
    // What the bytes were meant as is told as it is told on a listener of its own.
    if (fallback === null) this.#codec?.headTimedOut?.();
  }

  /** One timer per connection, looked at when it fires instead of being moved with every byte. */
  #checkIdle(): void {
    const { connection } = this;
    const codec = this.#codec;
    if (this.#drains) {
      if (codec === null) connection.close();
      else codec.goaway();
      return;
    }
    if (codec === null) {
      this.#detectionTimedOut();
      return;
    }
    const now = this.#plane.context.now;
    const fetchRestMs = this.#endUnfetched(codec, now);
    const headRestMs = this.#headRestMs();
    if (headRestMs <= 0) {
      this.#plane.process[PROCESS.head_timeouts]!++;
      this.#plane.onPeerError('the head of a request, or a frame, took too long', this);
      if (codec.headTimedOut === undefined) connection.close();
      else codec.headTimedOut();
      return;
    }
    // A caller that takes nothing of what waits for it is as idle as one without requests.
    const busy = codec.activeStreams > 0;
    const limitMs = busy && connection.pendingBytes === 0 ? this.#plan.tunnelIdleTimeoutMs : this.#plan.idleTimeoutMs;
    // A peer that drips an unfinished message is as idle as one that sends nothing.
    const carriedSince = this.#driver?.carriedSince ?? 0;
    const idleSince = codec.activeStreams === 0 && carriedSince > 0 ? carriedSince : connection.lastActivity;
    const restMs =
      limitMs === 0
        ? this.#plan.idleTimeoutMs || this.#plan.tunnelIdleTimeoutMs || Number.POSITIVE_INFINITY
        : idleSince + limitMs - now;
    if (restMs > 0) {
      this.#plane.context.timers.arm(this.#timer, Math.min(restMs, headRestMs, fetchRestMs));
      return;
    }
    this.#plane.process[PROCESS.connections_idle_closed]!++;
    if (busy) connection.reset();
    else connection.close();
  }

  /**
   * Ends the answers that wait in the codec for credit that the caller does not give: their requests are over, so that no
   * other time ends them. Returns the time until the next look, ms.
   */
  #endUnfetched(codec: ServerCodec, now: number): number {
    const { idleTimeoutMs } = this.#plan;
    if (codec.resetUnfetched === undefined || idleTimeoutMs === 0) return Number.POSITIVE_INFINITY;
    const restMs = this.#unfetchedSince + idleTimeoutMs - now;
    if (restMs > 0) return restMs;
    this.#unfetchedSince = now;
    this.#plane.process[PROCESS.answers_unfetched]! += codec.resetUnfetched();
    return idleTimeoutMs;
  }
}
