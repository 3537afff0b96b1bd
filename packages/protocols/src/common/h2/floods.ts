/**
 * Frames that cost us something and carry nothing for the peer's own use. Each kind has a budget for a window of one second;
 * frames of real use (DATA with bytes, new streams) widen all budgets but those of resets, because a peer that moves much data
 * also pings (grpc-go measures its bandwidth so) and gives much credit. They do so for the window behind theirs, too: what they
 * call for comes a round trip later. Credit comes when its receiver reads, which may have stood still for long or have streams
 * of ours that are given up by now: what was not used of its budget stays, up to a bound.
 */
export const Flood = {
  /** Streams that the peer reset, or that we had to reset because of it: rapid reset and its "made you reset" form. */
  RESETS: 0,
  SETTINGS: 1,
  PINGS: 2,
  /** DATA without bytes and without END_STREAM. */
  EMPTY_DATA: 3,
  PRIORITY: 4,
  WINDOW_UPDATES: 5,
  /** Heads, ends and resets of closed streams, but for those that may have been under way when we gave a stream up; unknown types, GOAWAY. */
  USELESS: 6,
} as const;
export type Flood = (typeof Flood)[keyof typeof Flood];

export const FLOOD_WINDOW_MS = 1000;
export const FLOOD_NAMES: readonly string[] = [
  'stream resets',
  'SETTINGS',
  'PING',
  'empty DATA',
  'PRIORITY',
  'WINDOW_UPDATE',
  'useless',
];

/** Resets of one window unless configured. A client that cancels all of 100 streams twice a second stays below. */
export const DEFAULT_MAX_RESETS = 200;
const BASE_BUDGET: readonly number[] = [DEFAULT_MAX_RESETS, 32, 100, 100, 1000, 1000, 500];
/** One DATA frame may be answered by updates of the stream and of the connection, ten of each where it is read in small parts. */
const PER_USEFUL_FRAME: readonly number[] = [0, 0, 1, 1, 2, 20, 1];
/** Updates of credit above their base that one window can have: those for 16 384 useful frames. */
const MAX_CREDIT = 16_384 * (PER_USEFUL_FRAME[Flood.WINDOW_UPDATES] as number);

/** Counts of the current window of one connection. */
export class FloodGuard {
  readonly #counts = new Int32Array(BASE_BUDGET.length);
  readonly #maxResets: number;
  /** Frames of real use in this window. */
  useful = 0;
  /** In the last window. */
  #usefulBefore = 0;
  /** Updates of credit that the useful frames of all windows before this one still allow. */
  #creditBefore = 0;

  constructor(maxResets: number = DEFAULT_MAX_RESETS) {
    this.#maxResets = maxResets;
  }

  /** Counts one frame; false when the budget of its kind is exhausted. */
  count(kind: Flood): boolean {
    const count = (this.#counts[kind] as number) + 1;
    this.#counts[kind] = count;
    const base = kind === Flood.RESETS ? this.#maxResets : (BASE_BUDGET[kind] as number);
    if (count <= base) return true;
    if (kind === Flood.WINDOW_UPDATES) return count <= base + this.#credit();
    return count <= base + (PER_USEFUL_FRAME[kind] as number) * (this.useful + this.#usefulBefore);
  }

  /** A window lasts until something is counted, so that the useful frames of one are without a bound. */
  #credit(): number {
    return Math.min(MAX_CREDIT, this.#creditBefore + (PER_USEFUL_FRAME[Flood.WINDOW_UPDATES] as number) * this.useful);
  }

  /** A window is over. Returns whether anything had been counted. */
  reset(): boolean {
    let any = false;
    const updates = this.#counts[Flood.WINDOW_UPDATES] as number;
    const above = Math.max(0, updates - (BASE_BUDGET[Flood.WINDOW_UPDATES] as number));
    this.#creditBefore = Math.max(0, this.#credit() - above);
    for (let i = 0; i < this.#counts.length; i++) {
      if (this.#counts[i] !== 0) any = true;
      this.#counts[i] = 0;
    }
    this.#usefulBefore = this.useful;
    this.useful = 0;
    return any;
  }
}
