import { type OutputBuffer, ProtocolError } from '@weft/kit';
import { type Codec, type Link, ResetReason, type ServerCodec } from '@weft/sdk';
import type { Connection, ConnectionOwner, DetachedConnection } from '../net/index.ts';

/** What happens around the codec: the owner of a driven connection (a listener, a pool) implements it. */
export interface DriverHost {
  onConnected(driver: CodecDriver): void;
  onClosed(driver: CodecDriver, reason: ResetReason, error: Error | null): void;
  /** The peer broke the protocol; the connection is being closed. */
  onProtocolError(driver: CodecDriver, error: ProtocolError): void;
}

const EMPTY = Buffer.alloc(0);

/** Unconsumed bytes of a codec that asks for more than this are a defect of the codec, not of the peer. */
const MAX_CARRY_BYTES = 64 * 1024 * 1024;

/**
 * Drives one codec over one connection: owns what the codec left unconsumed, joins a frame once, turns a thrown
 * ProtocolError into the end of the connection.
 *
 *     kernel ─► read buffer (borrowed) ─► codec.receive ─► rest ─► carry ─► codec.receive ─► …
 */
export class CodecDriver implements Link, ConnectionOwner {
  readonly connection: Connection;
  readonly out: OutputBuffer;
  readonly #host: DriverHost;
  #codec!: Codec & Pick<ServerCodec, 'pendingHead'>;
  #carry: Buffer = EMPTY;
  #carried = 0;
  /** Monotonic ms since when bytes of an incomplete message wait; 0 when none does. */
  carriedSince = 0;
  /** Monotonic ms since when the head of a request is incomplete; 0 while none is. */
  headSince = 0;
  #pendingHead = 0;
  #receiving = false;
  #endPending = false;
  #endDelivered = false;
  #failed = false;
  /** The codec has thrown: what it holds ends with the connection, by the fault of the peer. */
  #malformed = false;
  #paused = false;
  #offering = false;
  readonly #offer = (): void => this.#offerCarry();

  constructor(connection: Connection, host: DriverHost) {
    this.connection = connection;
    this.out = connection.out;
    this.#host = host;
    connection.owner = this;
  }

  /** Sets the codec; called once, right after construction (the codec needs the link first). */
  attach(codec: Codec): void {
    this.#codec = codec;
  }

  get codec(): Codec {
    return this.#codec;
  }

  get pendingBytes(): number {
    return this.connection.pendingBytes;
  }

  flush(): void {
    this.connection.flush();
  }

  pauseReading(): void {
    this.#paused = true;
    this.connection.pauseReading();
  }

  resumeReading(): void {
    if (this.#paused) {
      this.#paused = false;
      this.connection.resumeReading();
    }
    if ((this.#carried > 0 || this.#endPending) && !this.#offering) {
      this.#offering = true;
      this.connection.context.defer(this.#offer);
    }
  }

  shutdownWrite(): void {
    this.connection.shutdownWrite();
  }

  close(): void {
    this.connection.close();
  }

  reset(): void {
    this.connection.reset();
  }

  setTimer(delayMs: number): void {
    this.connection.setTimer(delayMs);
  }

  keptBytesChanged(deltaBytes: number): void {
    const { context } = this.connection;
    context.keptBytes += deltaBytes;
    context.turn();
  }

  onConnected(): void {
    this.#host.onConnected(this);
  }

  onBytes(bytes: Buffer, start: number, end: number): void {
    if (this.#failed) return;
    let at = start;
    if (this.#carried > 0) {
      // Only what the codec waits for is joined: the messages behind it are read where they are. One that asks for one byte
      // more does not know where its message ends, and gets all there is.
      const missing = this.#codec.need - this.#carried;
      at = missing > 1 && missing < end - start ? start + missing : end;
      this.#keep(bytes, start, at);
      this.#consumeCarry();
      // What came behind the end of the connection is for nobody.
      if (at === end || this.#failed || this.connection.ending) return;
      if (this.#carried > 0) {
        this.#keep(bytes, at, end);
        this.#consumeCarry();
        return;
      }
    }
    const consumed = this.#feed(bytes, at, end);
    if (at + consumed < end) this.#keep(bytes, at + consumed, end);
  }

  onEnd(): void {
    if (this.#failed) return;
    this.#endPending = true;
    // While the codec holds bytes back (a pipelined request waits its turn) the end waits behind them.
    if (this.#carried === 0 || !this.#paused) this.#deliverEnd();
  }

  onDrained(): void {
    this.#codec.onDrained();
  }

  onTimer(): void {
    this.#codec.onTimer();
  }

  onClosed(reason: ResetReason, error: Error | null): void {
    this.#dropCarry();
    this.#failed = true;
    this.#codec.connectionClosed(this.#malformed ? ResetReason.PROTOCOL_ERROR : reason);
    this.#host.onClosed(this, reason, error);
  }

  /**
   * Gives the connection to another thread or process: null when the codec can only be drained, streams are open, or
   * bytes are pending. `unread` are bytes that this side had read but not consumed.
   */
  detach(): { connection: DetachedConnection; unread: Buffer; state: unknown } | null {
    const codec = this.#codec;
    if (codec.exportState === undefined || codec.activeStreams > 0 || this.#receiving || this.#endPending) return null;
    if (this.connection.pendingBytes > 0) return null;
    const state = codec.exportState();
    const unread = Buffer.from(this.#carry.subarray(0, this.#carried));
    const connection = this.connection.detach();
    if (connection === null) return null;
    this.#dropCarry();
    this.#failed = true;
    return { connection, unread, state };
  }

  #feed(bytes: Buffer, start: number, end: number): number {
    this.#receiving = true;
    try {
      const consumed = this.#codec.receive(bytes, start, end);
      const pending = this.#codec.pendingHead ?? 0;
      if (pending !== this.#pendingHead) {
        this.#pendingHead = pending;
        this.headSince = pending === 0 ? 0 : this.connection.context.now;
      }
      return consumed;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#failed = true;
      this.#malformed = true;
      this.#dropCarry();
      this.#host.onProtocolError(this, error);
      this.connection.close();
      return end - start;
    } finally {
      this.#receiving = false;
    }
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    if (this.#failed) return;
    if (this.carriedSince === 0) this.carriedSince = this.connection.context.now;
    const count = end - start;
    const have = this.#carried + count;
    if (have > MAX_CARRY_BYTES) throw new Error(`a codec left ${have} bytes unconsumed`);
    if (this.#carry.length < have) {
      // Twice what is there, never what a few bytes announce: memory is for those who send.
      const wanted = Math.max(have, Math.min(this.#codec.need, 2 * have));
      const larger = this.connection.context.pool.take(wanted);
      this.#carry.copy(larger, 0, 0, this.#carried);
      if (this.#carry !== EMPTY) this.connection.context.pool.give(this.#carry);
      this.#carry = larger;
    }
    bytes.copy(this.#carry, this.#carried, start, end);
    this.#carried += count;
    this.connection.counts?.unread(this.#carried);
  }

  #consumeCarry(): void {
    if (this.#carried < this.#codec.need) return;
    const consumed = this.#feed(this.#carry, 0, this.#carried);
    if (this.#failed) return;
    if (consumed >= this.#carried) {
      this.#dropCarry();
    } else if (consumed > 0) {
      this.carriedSince = this.connection.context.now;
      this.#carry.copy(this.#carry, 0, consumed, this.#carried);
      this.#carried -= consumed;
      this.connection.counts?.unread(this.#carried);
    }
  }

  #offerCarry(): void {
    this.#offering = false;
    if (this.#failed || this.#paused || this.connection.ending) return;
    this.connection.context.refreshTime();
    if (this.#carried > 0) this.#consumeCarry();
    if (this.#endPending && !this.#paused && !this.#failed) this.#deliverEnd();
  }

  #deliverEnd(): void {
    if (this.#endDelivered) return;
    this.#endDelivered = true;
    this.#receiving = true;
    try {
      this.#codec.receiveEnd(this.#carried);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#failed = true;
      this.#malformed = true;
      this.#host.onProtocolError(this, error);
      this.connection.close();
    } finally {
      this.#receiving = false;
    }
  }

  #dropCarry(): void {
    if (this.#carry !== EMPTY) this.connection.context.pool.give(this.#carry);
    this.#carry = EMPTY;
    this.#carried = 0;
    this.connection.counts?.unread(0);
    this.carriedSince = 0;
  }
}
