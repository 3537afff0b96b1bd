import { COUNTER_CELLS, type RuleSlot } from '@weft/sdk';

/**
 * One circuit breaker for all threads of a proxy.
 *
 *     CLOSED ── threshold reached ──► OPEN ── open time over, at the next request ──► HALF_OPEN
 *        ▲                             ▲                                                │  │
 *        │                             └────────────── a probe fails ───────────────────┘  │
 *        └───────────────────────────── all probes succeed ────────────────────────────────┘
 *
 * The state is one shared word with a number that each transition raises: it is changed by compare-and-exchange, so that of
 * several threads one makes the transition. What ended is counted by each thread in cells of its own, in ten buckets, and
 * summed when a request ends; a bucket carries the number of the state that it was counted in, so that a transition empties
 * all windows of all threads at once. Whoever was let through before a transition is not counted behind it.
 */
export const BreakerState = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 } as const;
export type BreakerState = (typeof BreakerState)[keyof typeof BreakerState];
export const STATE_NAMES = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const;

/** What becomes of a request; all but the first two refuse it. */
export const BreakerVerdict = { PASS: 0, PROBE: 1, ALWAYS_BLOCK: 2, PROBE_BLOCK: 3 } as const;
export type BreakerVerdict = (typeof BreakerVerdict)[keyof typeof BreakerVerdict];

/** Shared words: state, end of the open time, probes, time at which unfinished probes count as failed. */
export const BREAKER_WORDS = 4;
const STATE = 0;
const UNTIL = 1;
const PROBES = 2;
const PROBE_DEADLINE = 3;

const BUCKETS = 10;
/** Of a bucket: its place in time, the number of the state, calls, errors, sum of their ms. */
const BUCKET_CELLS = 5;
/** Cells of each thread. */
export const BREAKER_CELLS = BUCKETS * BUCKET_CELLS;

/** Probes may be under way at least this long, ms. */
const MIN_PROBE_MS = 30_000;
/** Moments are words: they are kept within this distance of the present. */
const WORD_SPAN_MS = 2 ** 29;
const SEQUENCE_MASK = 0x3fffffff;
const TAG_MASK = 0xfff;
const COUNT_MASK = 0x3ff;

export interface BreakerParameters {
  readonly trigger: 'errorRatio' | 'avgRt';
  readonly windowMs: number;
  /** Per cent, or ms. */
  readonly threshold: number;
  readonly floor: number;
  readonly openMs: number;
  readonly probes: number;
}

/** What has ended within the window. */
export interface WindowFigures {
  total: number;
  errors: number;
  durationMs: number;
}

/** Why a breaker changed its state. */
export type TransitionReason =
  | 'errorRatio'
  | 'avgRt'
  | 'meltWindow'
  | 'probesPassed'
  | 'probeFailed'
  | 'probeTimeout'
  | 'reset';

export interface TransitionSink {
  /** Told by the thread that made the transition. `figures` are those that it was made for. */
  onTransition(from: BreakerState, to: BreakerState, figures: WindowFigures, reason: TransitionReason): void;
}

const stateOf = (word: number): BreakerState => (word & 3) as BreakerState;
const sequenceOf = (word: number): number => (word >>> 2) & SEQUENCE_MASK;
const wordOf = (sequence: number, state: BreakerState): number => ((sequence & SEQUENCE_MASK) << 2) | state;
const after = (word: number, state: BreakerState): number => wordOf(sequenceOf(word) + 1, state);
/** Moments are compared as differences, so that they may wrap around. */
const at = (ms: number): number => Math.floor(ms) | 0;

/** One thread's end of a breaker. */
export class Breaker {
  readonly parameters: BreakerParameters;
  /** What `complete` must be given for the last request that was let through. */
  token = 0;
  readonly #slot: RuleSlot;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #bucketMs: number;
  readonly #sink: TransitionSink;
  readonly #figures: WindowFigures = { total: 0, errors: 0, durationMs: 0 };

  constructor(parameters: BreakerParameters, slot: RuleSlot, sink: TransitionSink) {
    this.parameters = parameters;
    this.#slot = slot;
    this.#words = slot.words;
    this.#word = slot.word;
    this.#bucketMs = parameters.windowMs / BUCKETS;
    this.#sink = sink;
  }

  get state(): BreakerState {
    return stateOf(Atomics.load(this.#words, this.#word + STATE));
  }

  /**
   * Judges a request. What is let through is ended by one `complete` with the `token` of now, or by `giveBack`.
   *
   * @param timeoutMs how long the request may take, 0 when nobody said
   */
  admit(nowMs: number, timeoutMs: number): BreakerVerdict {
    const words = this.#words;
    const base = this.#word;
    for (;;) {
      const word = Atomics.load(words, base + STATE);
      switch (stateOf(word)) {
        case BreakerState.CLOSED:
          this.token = sequenceOf(word) * 2;
          return BreakerVerdict.PASS;
        case BreakerState.OPEN:
          if (this.#untilOpen(nowMs) > 0) return BreakerVerdict.ALWAYS_BLOCK;
          if (this.#move(word, BreakerState.HALF_OPEN))
            this.#tell(BreakerState.OPEN, BreakerState.HALF_OPEN, NOTHING, 'meltWindow');
          break;
        default: {
          const verdict = this.#probe(word, nowMs, timeoutMs);
          if (verdict !== null) return verdict;
        }
      }
    }
  }

  /** A place among the probes; null when the state has changed meanwhile. */
  #probe(word: number, nowMs: number, timeoutMs: number): BreakerVerdict | null {
    const words = this.#words;
    const base = this.#word;
    const known = Atomics.load(words, base + PROBES);
    const probes = this.#probesOf(word, known);
    const issued = (probes >>> 10) & COUNT_MASK;
    if (issued >= this.parameters.probes) {
      if (((Atomics.load(words, base + PROBE_DEADLINE) - at(nowMs)) | 0) > 0) return BreakerVerdict.PROBE_BLOCK;
      this.#open(word, nowMs, NOTHING, 'probeTimeout');
      return null;
    }
    const deadline = at(nowMs + Math.max(timeoutMs, MIN_PROBE_MS));
    if (issued === 0 || ((deadline - Atomics.load(words, base + PROBE_DEADLINE)) | 0) > 0)
      Atomics.store(words, base + PROBE_DEADLINE, deadline);
    if (Atomics.compareExchange(words, base + PROBES, known, probes + (1 << 10)) !== known) return null;
    this.token = sequenceOf(word) * 2 + 1;
    return BreakerVerdict.PROBE;
  }

  /** Undoes the last `admit`: another rule refuses the request. */
  giveBack(token: number): void {
    if ((token & 1) === 0) return;
    const words = this.#words;
    const base = this.#word;
    for (;;) {
      const word = Atomics.load(words, base + STATE);
      if (stateOf(word) !== BreakerState.HALF_OPEN || sequenceOf(word) !== token >>> 1) return;
      const known = Atomics.load(words, base + PROBES);
      const probes = this.#probesOf(word, known);
      if (((probes >>> 10) & COUNT_MASK) === 0) return;
      if (Atomics.compareExchange(words, base + PROBES, known, probes - (1 << 10)) === known) return;
    }
  }

  /** A request has ended that was let through. */
  complete(nowMs: number, token: number, isError: boolean, durationMs: number): void {
    const word = Atomics.load(this.#words, this.#word + STATE);
    // Whatever was let through before a transition says nothing about the time behind it.
    if (sequenceOf(word) !== Math.floor(token / 2)) return;
    switch (stateOf(word)) {
      case BreakerState.CLOSED:
        this.#record(nowMs, sequenceOf(word), isError, durationMs);
        this.#judge(nowMs, word);
        break;
      case BreakerState.HALF_OPEN:
        if (token % 2 === 1) this.#probeEnded(nowMs, word, isError, durationMs);
    }
  }

  #probeEnded(nowMs: number, word: number, isError: boolean, durationMs: number): void {
    const { trigger, threshold, probes: wanted } = this.parameters;
    if (trigger === 'errorRatio' ? isError : durationMs >= threshold) {
      this.#open(word, nowMs, { total: 1, errors: isError ? 1 : 0, durationMs }, 'probeFailed');
      return;
    }
    const words = this.#words;
    const base = this.#word;
    for (;;) {
      const known = Atomics.load(words, base + PROBES);
      const probes = this.#probesOf(word, known);
      if (Atomics.compareExchange(words, base + PROBES, known, probes + 1) !== known) continue;
      const passed = (probes & COUNT_MASK) + 1;
      if (passed >= wanted && this.#move(word, BreakerState.CLOSED))
        this.#tell(
          BreakerState.HALF_OPEN,
          BreakerState.CLOSED,
          { total: passed, errors: 0, durationMs: durationMs * passed },
          'probesPassed',
        );
      return;
    }
  }

  /** The word of the probes; without any when what is there is of an earlier time. */
  #probesOf(word: number, known: number): number {
    const tag = sequenceOf(word) & TAG_MASK;
    return ((known >>> 20) & TAG_MASK) === tag ? known : tag << 20;
  }

  #record(nowMs: number, sequence: number, isError: boolean, durationMs: number): void {
    const cells = this.#slot.counters;
    const place = Math.floor(nowMs / this.#bucketMs);
    const bucket = this.#slot.row + COUNTER_CELLS + (place % BUCKETS) * BUCKET_CELLS;
    if (cells[bucket] !== place || cells[bucket + 1] !== sequence) {
      cells[bucket + 2] = 0;
      cells[bucket + 3] = 0;
      cells[bucket + 4] = 0;
      cells[bucket] = place;
      cells[bucket + 1] = sequence;
    }
    cells[bucket + 2]!++;
    if (isError) cells[bucket + 3]!++;
    cells[bucket + 4]! += durationMs;
  }

  #judge(nowMs: number, word: number): void {
    const { trigger, threshold, floor } = this.parameters;
    const figures = this.window(nowMs);
    const { total, errors, durationMs } = figures;
    if (total < floor) return;
    const reached = trigger === 'errorRatio' ? errors * 100 >= threshold * total : durationMs >= threshold * total;
    if (reached) this.#open(word, nowMs, figures, trigger);
  }

  /** What ended within the window, over all threads. The same object each time. */
  window(nowMs: number): WindowFigures {
    const { counters: cells, firstRow, rowStride, threads } = this.#slot;
    const sequence = sequenceOf(Atomics.load(this.#words, this.#word + STATE));
    const place = Math.floor(nowMs / this.#bucketMs);
    const figures = this.#figures;
    figures.total = 0;
    figures.errors = 0;
    figures.durationMs = 0;
    for (let thread = 0; thread < threads; thread++) {
      const first = firstRow + thread * rowStride + COUNTER_CELLS;
      for (let bucket = first; bucket < first + BREAKER_CELLS; bucket += BUCKET_CELLS) {
        if (cells[bucket + 1] !== sequence || (cells[bucket] as number) <= place - BUCKETS) continue;
        figures.total += cells[bucket + 2] as number;
        figures.errors += cells[bucket + 3] as number;
        figures.durationMs += cells[bucket + 4] as number;
      }
    }
    return figures;
  }

  #open(word: number, nowMs: number, figures: WindowFigures, reason: TransitionReason): void {
    const from = stateOf(word);
    Atomics.store(this.#words, this.#word + UNTIL, at(nowMs + this.parameters.openMs));
    if (this.#move(word, BreakerState.OPEN)) this.#tell(from, BreakerState.OPEN, figures, reason);
  }

  /** False when another thread has moved it meanwhile. */
  #move(word: number, to: BreakerState): boolean {
    return Atomics.compareExchange(this.#words, this.#word + STATE, word, after(word, to)) === word;
  }

  /** Closes it by hand, with an empty window. False when it is closed. */
  reset(): boolean {
    for (;;) {
      const word = Atomics.load(this.#words, this.#word + STATE);
      const from = stateOf(word);
      if (from === BreakerState.CLOSED) return false;
      if (!this.#move(word, BreakerState.CLOSED)) continue;
      this.#tell(from, BreakerState.CLOSED, NOTHING, 'reset');
      return true;
    }
  }

  #tell(from: BreakerState, to: BreakerState, figures: WindowFigures, reason: TransitionReason): void {
    this.#sink.onTransition(from, to, figures, reason);
  }

  #untilOpen(nowMs: number): number {
    return (Atomics.load(this.#words, this.#word + UNTIL) - at(nowMs)) | 0;
  }

  /** Ms until an open breaker lets a probe through; 0 when it does. */
  waitMs(nowMs: number): number {
    return this.state === BreakerState.OPEN ? Math.max(0, this.#untilOpen(nowMs)) : 0;
  }

  /** What `admit` would say, without changing anything. */
  peek(nowMs: number): BreakerVerdict {
    const word = Atomics.load(this.#words, this.#word + STATE);
    switch (stateOf(word)) {
      case BreakerState.CLOSED:
        return BreakerVerdict.PASS;
      case BreakerState.OPEN:
        return this.#untilOpen(nowMs) > 0 ? BreakerVerdict.ALWAYS_BLOCK : BreakerVerdict.PROBE;
      default:
        if (this.issued < this.parameters.probes) return BreakerVerdict.PROBE;
        return ((Atomics.load(this.#words, this.#word + PROBE_DEADLINE) - at(nowMs)) | 0) > 0
          ? BreakerVerdict.PROBE_BLOCK
          : BreakerVerdict.ALWAYS_BLOCK;
    }
  }

  /** Probes that were let through since the breaker is half open. */
  get issued(): number {
    const word = Atomics.load(this.#words, this.#word + STATE);
    if (stateOf(word) !== BreakerState.HALF_OPEN) return 0;
    return (this.#probesOf(word, Atomics.load(this.#words, this.#word + PROBES)) >>> 10) & COUNT_MASK;
  }
}

const NOTHING: WindowFigures = { total: 0, errors: 0, durationMs: 0 };

/** Makes a closed breaker. */
export function closeBreaker(words: Int32Array, word: number, sequence = 0): void {
  Atomics.store(words, word + UNTIL, 0);
  Atomics.store(words, word + PROBES, 0);
  Atomics.store(words, word + PROBE_DEADLINE, 0);
  Atomics.store(words, word + STATE, wordOf(sequence, BreakerState.CLOSED));
}

/**
 * Makes a breaker of the state that another one has.
 *
 * @param keep false when what was counted does not fit any more: it is closed and starts counting
 */
export function carryBreaker(
  from: { readonly words: Int32Array; readonly word: number },
  to: { readonly words: Int32Array; readonly word: number },
  keep: boolean,
  nowMs: number,
): void {
  const known = Atomics.load(from.words, from.word + STATE);
  if (!keep) {
    closeBreaker(to.words, to.word, sequenceOf(known) + 1);
    return;
  }
  // Probes under way report to the old words: the new ones send others at once.
  const halfOpen = stateOf(known) === BreakerState.HALF_OPEN;
  Atomics.store(to.words, to.word + UNTIL, halfOpen ? at(nowMs) : Atomics.load(from.words, from.word + UNTIL));
  Atomics.store(to.words, to.word + PROBES, 0);
  Atomics.store(to.words, to.word + PROBE_DEADLINE, 0);
  Atomics.store(to.words, to.word + STATE, halfOpen ? after(known, BreakerState.OPEN) : known);
}

/** Keeps the moments of a breaker that nobody asks in range. */
export function refreshBreaker(words: Int32Array, word: number, nowMs: number): void {
  const now = at(nowMs);
  for (const moment of [UNTIL, PROBE_DEADLINE]) {
    const value = Atomics.load(words, word + moment);
    if (((now - value) | 0) > WORD_SPAN_MS)
      Atomics.compareExchange(words, word + moment, value, (now - WORD_SPAN_MS) | 0);
  }
}

/** 0 closed, 1 half open, 2 open. */
export function breakerState(words: Int32Array, word: number): BreakerState {
  return stateOf(Atomics.load(words, word + STATE));
}
