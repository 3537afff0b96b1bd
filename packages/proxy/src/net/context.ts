import { BufferPool, type Clock, DeadlineSet, IdTable, systemClock, TimerWheel } from '@weft/kit';
import type { Connection } from './connection.ts';

/** Size of the one read buffer that all connections of a thread share: bytes are borrowed until the callback returns. */
export const READ_BUFFER_BYTES = 64 * 1024;
/** How much of it a connection reads at once unless it only carries bytes: what a slow peer leaves unwritten stays small. */
export const MESSAGE_READ_BYTES = 24 * 1024;
const POISON = 0xdb;
/** While readers are held, one of them goes on after each pause, ms. */
const SOFT_PAUSE_MS = 5;
const HARD_PAUSE_MS = 50;
/** A turn does work that nobody waits for until this much time has passed, ms; the last piece may take longer. */
const BEHIND_MS = 0.1;
/** Pieces of such work that may wait. */
const MAX_BEHIND = 1024;

/** How much of the memory marks is used. */
export const Pressure = { NONE: 0, SOFT: 1, HARD: 2 } as const;
export type Pressure = (typeof Pressure)[keyof typeof Pressure];

/** Work that nobody waits for. */
export interface BehindTask {
  run(): void;
}

export interface NetContextOptions {
  readonly clock?: Clock;
  /** Bytes over which reading stops; over which new work is refused. Both for the whole proxy. */
  readonly softBufferBytes?: number;
  readonly hardBufferBytes?: number;
  /** One cell per thread with its buffered bytes, and the index of this thread. */
  readonly bufferedCells?: Float64Array;
  readonly threadIndex?: number;
  /** Overwrites borrowed bytes after every callback, so that a view kept by mistake shows. For tests. */
  readonly poison?: boolean;
}

/**
 * What the connections of one thread share: the read buffer, the slabs for writing, the timers, and the list of
 * connections that have bytes to flush at the end of this turn of the event loop.
 *
 * Gathering the writes of one turn into one system call per socket is what makes multiplexed protocols fast: fifty
 * callers' requests leave in one write.
 */
export class NetContext {
  readonly readBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  /** The same memory, its first part. */
  readonly messageBuffer: Buffer = this.readBuffer.subarray(0, MESSAGE_READ_BYTES);
  readonly pool = new BufferPool();
  readonly clock: Clock;
  readonly timers: TimerWheel;
  /** Deadlines of requests and attempts; they nearly never pass. */
  readonly deadlines: DeadlineSet;
  readonly connections = new IdTable<Connection>();
  readonly poison: boolean;
  /** Monotonic ms: as it was when this turn of the event loop began to do something, see `readTime`. */
  now: number;
  /** Bytes kept outside the slabs (copies of heads and bodies that wait). */
  keptBytes = 0;
  /** Faults caught by the net layer: a codec or filter threw something unexpected. */
  faults = 0;
  /** Answers of hosts that came after their requests had ended. */
  lateResponses = 0;
  /** How often the soft mark was passed. */
  softMarks = 0;
  onFault: (error: unknown, connection: Connection | null) => void = () => {};

  readonly #softBytes: number;
  readonly #hardBytes: number;
  readonly #cells: Float64Array;
  readonly #cell: number;
  /** The first `#dirtyCount` entries; the rest is null. An array that is emptied gives its room away. */
  readonly #dirty: (Connection | null)[] = [];
  #dirtyCount = 0;
  readonly #deferred: (() => void)[] = [];
  readonly #behind: BehindTask[] = [];
  readonly #held: Connection[] = [];
  #checkDue = false;
  #scheduled = false;
  #pressure: Pressure = Pressure.NONE;
  readonly #turn = (): void => this.#endTurn();

  constructor(options: NetContextOptions = {}) {
    const base = options.clock ?? systemClock;
    this.clock = base;
    this.now = base.now();
    // Timers count from the cached time; every entry point refreshes it first.
    this.timers = new TimerWheel(
      {
        now: () => this.now,
        wallNow: () => base.wallNow(),
        schedule: (delayMs, callback) =>
          base.schedule(delayMs, () => {
            this.refreshTime();
            callback();
            this.turn();
          }),
      },
      (error) => this.fault(error, null),
    );
    this.deadlines = new DeadlineSet(this.timers, { now: () => this.now }, (error) => this.fault(error, null));
    this.poison = options.poison ?? false;
    this.#softBytes = options.softBufferBytes ?? 256 * 1024 * 1024;
    this.#hardBytes = options.hardBufferBytes ?? 512 * 1024 * 1024;
    this.#cells = options.bufferedCells ?? new Float64Array(1);
    this.#cell = options.threadIndex ?? 0;
  }

  get pressure(): Pressure {
    return this.#pressure;
  }

  /** Bytes buffered by this thread: slabs in use and kept copies. */
  get bufferedBytes(): number {
    return this.pool.lentBytes + this.keptBytes;
  }

  /**
   * The time for bytes that have arrived: read from the clock once per turn of the event loop, since many connections are
   * served in one, and none of them for longer than it takes to serve them.
   */
  readTime(): number {
    return this.#scheduled ? this.now : this.refreshTime();
  }

  refreshTime(): number {
    this.now = this.clock.now();
    return this.now;
  }

  /** Counts and tells something unexpected that was thrown; `connection` is null where none is known. */
  fault(error: unknown, connection: Connection | null): void {
    this.faults++;
    this.onFault(error, connection);
  }

  /** @internal Registers a connection for the flush at the end of this turn. */
  markDirty(connection: Connection): void {
    this.#dirty[this.#dirtyCount++] = connection;
    this.turn();
  }

  /** Runs `task` at the end of this turn, before the flush. For work that must not happen inside a codec's callback. */
  defer(task: () => void): void {
    this.#deferred.push(task);
    this.turn();
  }

  /**
   * Runs `task` when everything of this turn, or of a later one, is written; its own bytes leave with it, in front of what arrives
   * next. A turn takes little of such work, so that it never keeps requests waiting. False when too much of it waits already.
   */
  behind(task: BehindTask): boolean {
    if (this.#behind.length >= MAX_BEHIND) return false;
    this.#behind.push(task);
    this.turn();
    return true;
  }

  /** @internal Reading of this connection waits until the pressure is gone. */
  hold(connection: Connection): void {
    this.#held.push(connection);
    this.turn();
  }

  /** Makes sure that the turn ends with a flush and a look at the marks. */
  turn(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  /** @internal After a callback that saw borrowed bytes. */
  poisonRead(count: number): void {
    if (this.poison) this.readBuffer.fill(POISON, 0, count);
  }

  #endTurn(): void {
    this.#scheduled = false;
    if (this.#deferred.length > 0) this.#runDeferred();
    this.#flush();
    if (this.#behind.length > 0) this.#runBehind();
    this.#checkMarks();
  }

  #flush(): void {
    const dirty = this.#dirty;
    for (let i = 0; i < this.#dirtyCount; i++) {
      (dirty[i] as Connection).flushNow();
      dirty[i] = null;
    }
    this.#dirtyCount = 0;
  }

  #runBehind(): void {
    const end = this.refreshTime() + BEHIND_MS;
    do {
      try {
        this.#behind.shift()?.run();
      } catch (error) {
        this.fault(error, null);
      }
      this.refreshTime();
    } while (this.#behind.length > 0 && this.now < end);
    // Left to the next turn these bytes would be written before those of the requests that arrive in it.
    this.#flush();
    if (this.#behind.length > 0) this.turn();
  }

  #runDeferred(): void {
    for (let i = 0; i < this.#deferred.length; i++) {
      const task = this.#deferred[i] as () => void;
      try {
        task();
      } catch (error) {
        this.fault(error, null);
      }
    }
    this.#deferred.length = 0;
  }

  #checkMarks(): void {
    this.#cells[this.#cell] = this.bufferedBytes;
    let total = 0;
    for (let i = 0; i < this.#cells.length; i++) total += this.#cells[i] as number;
    const before = this.#pressure;
    this.#pressure =
      total >= this.#hardBytes ? Pressure.HARD : total >= this.#softBytes ? Pressure.SOFT : Pressure.NONE;
    if (before === Pressure.NONE && this.#pressure !== Pressure.NONE) this.softMarks++;
    if (this.#held.length === 0) return;
    if (this.#pressure === Pressure.NONE) {
      const held = this.#held.splice(0);
      for (const connection of held) connection.release();
      return;
    }
    if (this.#checkDue) return;
    // What is buffered may wait for what is not read: the other halves of messages, credit for streams, the end of a request.
    // So one connection at a time goes on; over the hard mark, too, where new requests are refused: twenty of a second add
    // half a megabyte at most, and those whose peers are gone are found.
    this.#held.shift()?.release();
    // Nobody may wake this thread while it holds its readers: look again soon.
    this.#checkDue = true;
    setTimeout(
      () => {
        this.#checkDue = false;
        this.turn();
      },
      this.#pressure === Pressure.HARD ? HARD_PAUSE_MS : SOFT_PAUSE_MS,
    ).unref();
  }
}
