import type net from 'node:net';
import { OutputBuffer, WheelTimer } from '@weft/kit';
import { ResetReason } from '@weft/sdk';
import type { ByteCounts } from './byte-counts.ts';
import { type NetContext, Pressure } from './context.ts';
import { openHandle, type StreamHandle, takeReads, WRITING, WRITTEN, writeError, writePieces } from './handle-io.ts';
import {
  adoptDescriptor,
  adoptHandle,
  createClientSocket,
  duplicateDescriptor,
  type ReadTarget,
  socketDescriptor,
  type TcpHandle,
} from './platform.ts';
import { ReadPace } from './read-pace.ts';
import { joinAddress, reasonOf } from './socket-facts.ts';

/** What a connection tells its owner. No call follows `onClosed`. */
export interface ConnectionOwner {
  onConnected(): void;
  /** Borrowed bytes `[start, end)`. */
  onBytes(bytes: Buffer, start: number, end: number): void;
  /** The peer sent FIN. */
  onEnd(): void;
  /** Pending bytes fell below the low mark, or all are written. */
  onDrained(): void;
  onTimer(): void;
  onClosed(reason: ResetReason, error: Error | null): void;
}

export interface ConnectTarget {
  readonly host: string;
  readonly port: number;
  /** Path of a Unix socket; '' for TCP. */
  readonly path: string;
}

/** What `detach` gives: everything that another owner needs to go on. */
export interface DetachedConnection {
  readonly fd: number;
  readonly id: number;
}

const NOTHING = Buffer.alloc(0);
const LOW_MARK_BYTES = 16 * 1024;
/**
 * A closing connection still takes this many bytes of a talkative peer, and then none until its time is over: bytes that
 * nobody took when a socket is closed make a reset of it, which overtakes our last answer.
 */
const LINGER_BYTES = 16 * 1024 * 1024;
const LINGER_MS = 1000;
/** A closing connection whose peer takes none of the pending bytes for so long is reset. */
const CLOSE_STALL_MS = 5000;
/** A peer that reads on may leave this many times as much waiting as one that does not. */
const READING_FACTOR = 8;

let nextId = 1;

/**
 * One TCP or Unix connection: borrowed reads into the thread's buffer, gathered writes with one system call outstanding,
 * half-close and reset passed on as they come.
 *
 *     connecting ──► open ──► closing (flush, FIN, linger) ──► closed
 *                      └────────── reset / error ─────────────────┘
 */
export class Connection {
  readonly context: NetContext;
  readonly id: number = nextId++;
  readonly out: OutputBuffer;
  readonly createdAt: number;
  bytesRead = 0;
  bytesWritten = 0;
  /** Monotonic ms of the last byte in either direction. */
  lastActivity: number;
  remoteAddress = '';
  localAddress = '';
  /** Where its bytes are counted, or null. */
  counts: ByteCounts | null = null;

  #owner: ConnectionOwner;
  #socket: net.Socket;
  /** For bytes; null before the connection stands, and where only the socket can be used. */
  #handle: StreamHandle | null = null;
  #dirty = false;
  #inFlightBytes = 0;
  /** What the kernel reads from: one slab nearly always, so that the list stays empty. */
  #writing: Buffer | null = null;
  readonly #writingMore: Buffer[] = [];
  #wantsEnd = false;
  #endSent = false;
  #endSeen = false;
  #closing = false;
  #closed = false;
  #paused = false;
  #held = false;
  #wasFull = false;
  #lingered = 0;
  #timer: WheelTimer | null = null;
  /** Null for a peer that never left much waiting. */
  #pace: ReadPace | null = null;
  readonly #onWritten = (problem?: Error | number | null): void => this.#written(problem);

  private constructor(
    context: NetContext,
    owner: ConnectionOwner,
    bulk: boolean,
    open: (target: ReadTarget) => net.Socket,
  ) {
    this.context = context;
    this.#owner = owner;
    this.out = new OutputBuffer(context.pool);
    this.createdAt = context.now;
    this.lastActivity = context.now;
    const buffer = bulk ? context.readBuffer : context.messageBuffer;
    this.#socket = open({
      buffer,
      callback: (count) => {
        this.#read(count);
        return true;
      },
    });
    const socket = this.#socket;
    socket.on('end', () => this.#end());
    socket.on('error', (error) => this.#finish(reasonOf(error, socket), error));
    socket.on('close', () => this.#finish(ResetReason.CONNECTION_LOST, null));
    context.connections.set(this);
  }

  /** Around a handle that was just accepted. `bulk`: it carries bytes without messages and reads as much as it gets. */
  static accept(context: NetContext, owner: ConnectionOwner, handle: TcpHandle, bulk: boolean): Connection {
    handle.setNoDelay?.(true);
    return new Connection(context, owner, bulk, (target) => adoptHandle(handle, target)).#named();
  }

  /** Around a descriptor from another owner, see `detach`. */
  static adopt(context: NetContext, owner: ConnectionOwner, detached: DetachedConnection, bulk: boolean): Connection {
    return new Connection(context, owner, bulk, (target) => adoptDescriptor(detached.fd, target)).#named();
  }

  /** Starts to connect; `onConnected` or `onClosed(CONNECT_FAILED)` follows. */
  static connect(context: NetContext, owner: ConnectionOwner, target: ConnectTarget, bulk: boolean): Connection {
    const connection = new Connection(context, owner, bulk, createClientSocket);
    const socket = connection.#socket;
    socket.once('connect', () => {
      context.refreshTime();
      connection.#named();
      connection.lastActivity = context.now;
      connection.#guard(() => connection.#owner.onConnected());
    });
    if (target.path !== '') socket.connect({ path: target.path });
    else socket.setNoDelay(true).connect({ host: target.host, port: target.port, autoSelectFamily: false });
    return connection;
  }

  get owner(): ConnectionOwner {
    return this.#owner;
  }

  set owner(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Closing or closed: nothing more will be delivered. */
  get ending(): boolean {
    return this.#closing || this.#closed;
  }

  /** Bytes in `out` plus bytes that the kernel has not taken yet. */
  get pendingBytes(): number {
    return this.out.length + this.#inFlightBytes;
  }

  /**
   * Whether the peer leaves more than `limitBytes` waiting because it does not read. One large answer, or some at once, are no
   * sign of that: it gets time to take them, up to a multiple of the limit and as long as there is memory.
   * @param waitingBytes what has waited before the bytes that are to be sent now
   */
  readsTooSlowly(waitingBytes: number, limitBytes: number): boolean {
    if (waitingBytes <= limitBytes) return false;
    const { pressure, now } = this.context;
    if (waitingBytes > limitBytes * READING_FACTOR || pressure === Pressure.HARD) return true;
    this.#pace ??= new ReadPace();
    const queuedBytes = this.#handle === null ? this.#inFlightBytes : this.#handle.writeQueueSize;
    return this.#pace.stalled(this.bytesWritten + this.#inFlightBytes - queuedBytes, now);
  }

  /** Writes what is in `out` at the end of this turn. */
  flush(): void {
    if (this.#dirty || this.#closed) return;
    if (this.pendingBytes > LOW_MARK_BYTES) this.#wasFull = true;
    this.#dirty = true;
    this.context.markDirty(this);
  }

  /** @internal Called by the context at the end of the turn, and when an outstanding write is done. */
  flushNow(): void {
    this.#dirty = false;
    if (this.#closed) return;
    if (this.#inFlightBytes === 0) this.#flushOut();
    if (this.counts !== null && !this.#closed) this.counts.unsent(this.pendingBytes);
  }

  #flushOut(): void {
    const length = this.out.length;
    if (length > LOW_MARK_BYTES) this.#wasFull = true;
    if (length > 0) this.#writeAll(length);
    if (this.#inFlightBytes > 0) return;
    if (this.#wantsEnd && !this.#endSent && this.out.length === 0) {
      this.#endSent = true;
      this.#socket.end();
      if (this.#closing) this.#linger();
    }
    if (this.#wasFull && this.pendingBytes <= LOW_MARK_BYTES) {
      this.#wasFull = false;
      this.#guard(() => this.#owner.onDrained());
    }
  }

  pauseReading(): void {
    if (this.#paused || this.#closed) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resumeReading(): void {
    if (!this.#paused || this.#closed) return;
    this.#paused = false;
    if (!this.#held) this.#socket.resume();
  }

  /** @internal The memory pressure is gone. */
  release(): void {
    this.#held = false;
    if (!this.#paused && !this.#closed) this.#socket.resume();
  }

  /** Sends FIN behind the pending bytes. */
  shutdownWrite(): void {
    if (this.#wantsEnd || this.#closed) return;
    this.#wantsEnd = true;
    this.flush();
  }

  /** Writes what is pending, sends FIN and waits shortly for the peer's. */
  close(): void {
    if (this.#closing || this.#closed) return;
    this.#closing = true;
    this.#wantsEnd = true;
    if (this.#paused || this.#held) {
      this.#paused = false;
      this.#held = false;
      this.#socket.resume();
    }
    if (this.#endSent) {
      this.#linger();
    } else {
      this.#awaitFlush();
      this.flush();
    }
  }

  /** Nobody else looks at a closing connection any more: a peer that does not read must not keep it for ever. */
  #awaitFlush(): void {
    const written = this.bytesWritten;
    this.#armOwn(CLOSE_STALL_MS, () => {
      if (this.bytesWritten === written && this.pendingBytes > 0) this.reset();
      else if (!this.#endSent) this.#awaitFlush();
    });
  }

  /** Replaces the owner's timer: a closing connection has only ours. */
  #armOwn(delayMs: number, callback: () => void): void {
    if (this.#timer !== null) this.context.timers.cancel(this.#timer);
    this.#timer = new WheelTimer(callback);
    this.context.timers.arm(this.#timer, delayMs);
  }

  /** Drops what is pending and sends RST. */
  reset(): void {
    if (this.#closed) return;
    this.#finish(ResetReason.LOCAL_RESET, null, true);
  }

  setTimer(delayMs: number): void {
    if (this.ending) return;
    if (delayMs === 0) {
      if (this.#timer !== null) this.context.timers.cancel(this.#timer);
      return;
    }
    this.#timer ??= new WheelTimer(() => this.#guard(() => this.#owner.onTimer()));
    this.context.timers.arm(this.#timer, delayMs);
  }

  /**
   * Gives the connection up to another owner: stops reading here and duplicates the descriptor. Only while nothing is
   * pending; returns null otherwise. Bytes that the kernel holds go to the new owner by themselves.
   */
  detach(): DetachedConnection | null {
    if (this.ending || this.pendingBytes > 0 || this.#wantsEnd || this.#endSeen) return null;
    this.#socket.pause();
    let fd: number;
    try {
      fd = duplicateDescriptor(socketDescriptor(this.#socket));
    } catch {
      // No descriptor left: then it stays where it is.
      if (!this.#paused && !this.#held) this.#socket.resume();
      return null;
    }
    this.#forget();
    this.#socket.destroy();
    return { fd, id: this.id };
  }

  #named(): this {
    const socket = this.#socket;
    this.remoteAddress = joinAddress(socket.remoteAddress, socket.remotePort);
    this.localAddress = joinAddress(socket.localAddress, socket.localPort);
    this.#handle = openHandle(socket);
    if (this.#handle !== null) takeReads(this.#handle, (count) => this.#read(count));
    return this;
  }

  #read(count: number): void {
    const context = this.context;
    this.lastActivity = context.readTime();
    this.bytesRead += count;
    if (this.counts !== null) this.counts.read(count);
    if (this.#closing) {
      this.#lingered += count;
      if (this.#lingered > LINGER_BYTES) this.#socket.pause();
      return;
    }
    try {
      this.#owner.onBytes(context.readBuffer, 0, count);
    } catch (error) {
      this.#fault(error);
    }
    context.poisonRead(count);
    if (context.pressure !== Pressure.NONE && !this.#held && !this.ending) {
      this.#held = true;
      this.#socket.pause();
      context.hold(this);
    }
  }

  #end(): void {
    this.#endSeen = true;
    this.context.refreshTime();
    if (this.#closing) {
      if (this.#endSent) this.#socket.destroy();
      return;
    }
    this.#guard(() => this.#owner.onEnd());
  }

  #writeAll(length: number): void {
    this.lastActivity = this.context.now;
    this.#inFlightBytes = length;
    const handle = this.#handle;
    let pieces: Uint8Array | Uint8Array[];
    if (this.out.single) {
      const slab = this.out.takeSingle();
      this.#writing = slab;
      pieces = new Uint8Array(slab.buffer, slab.byteOffset, length);
    } else {
      const list: Uint8Array[] = [];
      this.out.take((slab, used) => {
        this.#writingMore.push(slab);
        list.push(new Uint8Array(slab.buffer, slab.byteOffset, used));
      });
      pieces = list;
    }
    if (handle === null) {
      this.#writeToSocket(pieces);
      return;
    }
    const status = writePieces(handle, pieces, this.#onWritten);
    // Most writes are taken by the kernel at once: then the slabs are free again.
    if (status === WRITTEN) this.#releaseWritten();
    else if (status !== WRITING) this.#writeFailed(status);
  }

  #writeToSocket(pieces: Uint8Array | Uint8Array[]): void {
    const socket = this.#socket;
    if (pieces instanceof Uint8Array) {
      socket.write(pieces);
    } else {
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    }
    // A callback costs a tick; most writes need none. Otherwise an empty write behind the others tells when they are done.
    if (socket.writableLength === 0) this.#releaseWritten();
    else socket.write(NOTHING, this.#onWritten);
  }

  #releaseWritten(): void {
    const count = this.#inFlightBytes;
    this.#inFlightBytes = 0;
    this.bytesWritten += count;
    if (this.counts !== null) this.counts.written(count);
    const { pool } = this.context;
    if (this.#writing !== null) pool.give(this.#writing);
    this.#writing = null;
    if (this.#writingMore.length > 0) for (const slab of this.#writingMore.splice(0)) pool.give(slab);
  }

  /** What was on its way is with the kernel, unless there is a problem: an error of the socket, or an error number. */
  #written(problem: Error | number | null | undefined): void {
    if (this.#closed || this.#inFlightBytes === 0) return;
    if (typeof problem === 'number' && problem < 0) this.#writeFailed(problem);
    if (problem || this.#socket.writableLength > 0) return;
    this.context.refreshTime();
    this.#releaseWritten();
    this.flushNow();
  }

  /**
   * The peer takes nothing more. It may have answered before it closed, as a server does that does not want the rest of a
   * request: what the kernel has of it is read first. `#inFlightBytes` stays, so that nothing else is written.
   */
  #writeFailed(status: number): void {
    const error = writeError(status);
    if (this.#closing) this.#socket.destroy(error);
    else setImmediate(() => setImmediate(() => void this.#socket.destroy(error)));
  }

  #linger(): void {
    if (this.#endSeen) {
      this.#socket.destroy();
      return;
    }
    this.#armOwn(LINGER_MS, () => this.#socket.destroy());
  }

  /** Runs what may throw on behalf of this connection: a fault resets it and nothing else. */
  guard(call: () => void): void {
    this.#guard(call);
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#fault(error);
    }
  }

  /** The one place where something unexpected thrown by a codec, a filter or the engine ends: this connection only. */
  #fault(error: unknown): void {
    this.context.fault(error, this);
    this.reset();
  }

  #forget(): void {
    this.#closed = true;
    this.context.connections.delete(this.id);
    if (this.#timer !== null) this.context.timers.cancel(this.#timer);
    this.out.clear();
    if (this.counts !== null) this.counts.end();
    // Slabs that the kernel still reads from are not recycled; the collector takes them with the socket.
    if (this.#writing !== null) this.#writingMore.push(this.#writing);
    for (const slab of this.#writingMore) this.context.pool.lentBytes -= slab.length;
    this.#writing = null;
    this.#writingMore.length = 0;
    this.#inFlightBytes = 0;
  }

  #finish(reason: ResetReason, error: Error | null, sendReset = false): void {
    if (this.#closed) return;
    this.context.refreshTime();
    this.#forget();
    const socket = this.#socket;
    if (sendReset && !socket.connecting) socket.resetAndDestroy();
    else socket.destroy();
    try {
      this.#owner.onClosed(reason, error);
    } catch (fault) {
      this.context.fault(fault, this);
    }
  }
}
