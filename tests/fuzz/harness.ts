/**
 * What the fuzz targets share. An execution is one codec fed one input with one plan; the plan decides how the bytes are
 * cut and what the engine's side does meanwhile, and is derived from a number and the input, so that every execution can
 * be repeated from (input, plan).
 */
import { createHash } from 'node:crypto';
import { BufferPool, createRandom, ProtocolError, type Random } from '@weft/kit';
import { type Codec, ResetReason } from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';

/** A protocol under fuzzing. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that are run as they are, and from which others are made. */
  readonly corpus: readonly Uint8Array[];
  /** Makes an input: a mutated entry of the corpus, or a conversation that mostly makes sense. */
  generate(random: Random): Uint8Array;
  /**
   * One execution.
   * @throws Error when the codec broke its contract
   */
  execute(input: Uint8Array, choices: Choices): void;
}

/** How often an input is run, each time with another plan: making it costs about as much as running it. */
const PLANS_PER_INPUT = 4;
/** Longest input that is also fed in pieces of a few bytes. */
const MAX_DRIPPED_BYTES = 300;
const SHOWN_BYTES = 4000;
const POISON = 0xdb;
/** What one input may make a codec send: answers are echoes, so it is bounded by the input and by what the targets add. */
const MAX_SENT_BYTES = 2_000_000;

/** How the bytes of an input are cut. */
const Cut = { MIXED: 0, WHOLE: 1, DRIP: 2, COARSE: 3 } as const;
type Cut = (typeof Cut)[keyof typeof Cut];

/** Takes the decisions of one execution from the input and the number of the plan, so that the engine's side is fuzzed too. */
export class Choices {
  #data: Uint8Array = NOTHING;
  #at = 0;
  #salt = 0;
  #cut: Cut = Cut.MIXED;

  /** Begins another execution. */
  reset(data: Uint8Array, plan: number): void {
    this.#data = data;
    this.#at = 0;
    this.#salt = Math.imul(plan, 0x9e3779b1);
    const cut = (plan % PLANS_PER_INPUT) as Cut;
    this.#cut = cut === Cut.DRIP && data.length > MAX_DRIPPED_BYTES ? Cut.MIXED : cut;
  }

  /** A number from 0 to below `below`, which is at most 256. */
  next(below: number): number {
    const at = this.#at++;
    const data = this.#data;
    const byte = data.length === 0 ? 0 : (data[(at * 7) % data.length] as number);
    return (byte ^ (this.#salt === 0 ? 0 : Math.imul(this.#salt, at | 1) >>> 24)) % below;
  }

  /** How many of the `left` bytes are fed next. */
  piece(left: number): number {
    switch (this.#cut) {
      case Cut.WHOLE:
        return left;
      case Cut.DRIP:
        return Math.min(left, 1 + this.next(3));
      case Cut.COARSE:
        return Math.min(left, 1 + (left >> 2) + 16 * this.next(97));
      default:
        // Long inputs come in larger pieces: what is held is copied with each one.
        return Math.min(left, 1 + (left >> 6) + this.next(97) * (1 + this.next(20)));
    }
  }
}

const NOTHING = new Uint8Array(0);

export function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(`contract: ${what}`);
}

/** All links share slabs, as the connections of a thread do. */
const pool = new BufferPool();

/** A link that is cheap to make: what a codec sends is counted and dropped, or taken. */
export class FuzzLink extends MemoryLink {
  sentBytes = 0;

  constructor() {
    super(pool);
  }

  /** Drops what was sent and counts it. */
  drop(): void {
    this.sentBytes += this.out.length;
    this.out.clear();
  }

  /** A copy of everything sent since the last call. */
  take(): Buffer {
    const bytes = this.takeBytes();
    this.sentBytes += bytes.length;
    return bytes;
  }

  /** Ends it: the slabs go back. One that does not is a failure of the execution. */
  end(): void {
    this.drop();
  }
}

/**
 * Feeds a codec as a connection does: unconsumed bytes come again in front of later ones once `need` are there, at another
 * place of the buffer, and the buffer is poisoned behind each call, so that a codec that kept a view shows it.
 */
export class FuzzFeeder {
  #scratch: Buffer = Buffer.alloc(4096, POISON);
  #held: Buffer = Buffer.allocUnsafe(4096);
  #heldFrom = 0;
  #heldTo = 0;
  #codec!: Codec;
  #link!: FuzzLink;

  reset(codec: Codec, link: FuzzLink): void {
    this.#codec = codec;
    this.#link = link;
    this.#heldFrom = 0;
    this.#heldTo = 0;
  }

  get unconsumedBytes(): number {
    return this.#heldTo - this.#heldFrom;
  }

  feed(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    const held = this.#heldTo - this.#heldFrom;
    if (this.#heldTo + count > this.#held.length) {
      const target = held + count > this.#held.length ? Buffer.allocUnsafe(2 * (held + count)) : this.#held;
      this.#held.copy(target, 0, this.#heldFrom, this.#heldTo);
      this.#held = target;
      this.#heldFrom = 0;
      this.#heldTo = held;
    }
    this.#held.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#heldTo);
    this.#heldTo += count;
    this.offer();
  }

  /** Offers what is held again; call it after the codec resumed reading. */
  offer(): void {
    const codec = this.#codec;
    for (;;) {
      const count = this.#heldTo - this.#heldFrom;
      if (count === 0 || count < codec.need || this.#link.readingPaused || this.#link.closed) return;
      if (this.#scratch.length < count + 8) this.#scratch = Buffer.alloc(2 * count + 8, POISON);
      const scratch = this.#scratch;
      // Offset 3: a codec that forgets `start` must fail.
      this.#held.copy(scratch, 3, this.#heldFrom, this.#heldTo);
      let consumed = 0;
      try {
        consumed = codec.receive(scratch, 3, 3 + count);
      } finally {
        scratch.fill(POISON, 0, count + 3);
      }
      expectThat(consumed >= 0 && consumed <= count, `consumed ${consumed} of ${count} bytes`);
      this.#heldFrom += consumed;
      if (consumed === 0) {
        expectThat(count < codec.need, `consumed nothing of ${count} bytes but needs only ${codec.need}`);
        return;
      }
    }
  }
}

const feeder = new FuzzFeeder();

/**
 * Feeds an input cut by the plan, with a turn of the engine behind each piece, and stops at the first refusal or when the
 * link is closed. Returns what was left unconsumed, or -1 when the codec refused the bytes.
 */
export function feedAll(codec: Codec, link: FuzzLink, data: Uint8Array, choices: Choices, turn: () => void): number {
  feeder.reset(codec, link);
  try {
    for (let at = 0; at < data.length && !link.closed; ) {
      const end = at + choices.piece(data.length - at);
      feeder.feed(data, at, end);
      at = end;
      turn();
      feeder.offer();
    }
    // What waits for its turn gets it.
    for (let left = 50; left > 0 && !link.closed && feeder.unconsumedBytes > 0; left--) {
      turn();
      feeder.offer();
    }
    return feeder.unconsumedBytes;
  } catch (error) {
    if (error instanceof ProtocolError) return -1;
    throw error;
  }
}

/** A turn of an engine that only now and then writes out, looks at the clock, and wants no more requests. */
export function turn(codec: Codec, link: FuzzLink, choices: Choices): void {
  if (choices.next(7) === 0) {
    if (choices.next(2) === 0) link.drop();
    codec.onDrained();
  }
  if (choices.next(29) === 0) codec.onTimer();
  if (choices.next(61) === 0) codec.goaway();
  link.readingPaused = false;
}

/** The connection is lost: no stream outlives it, and it sent no more than it may. */
export function loseConnection(codec: Codec, link: FuzzLink): void {
  link.drop();
  if (link.sentBytes > MAX_SENT_BYTES) throw new Error(`contract: sent ${link.sentBytes} bytes`);
  codec.connectionClosed(ResetReason.CONNECTION_LOST);
  expectThat(codec.activeStreams === 0, 'no stream outlives its connection');
  link.end();
}

export interface FuzzResult {
  readonly executions: number;
  readonly inputs: number;
  readonly seed: number;
  /** The first 16 digits of the SHA-256 of the corpus. */
  readonly corpusHash: string;
}

/** Runs the corpus, then made inputs, until `executions` are done. Yields now and then, for who watches. */
export function* fuzz(target: FuzzTarget, executions: number, seed: number): Generator<number, FuzzResult> {
  const random = createRandom(seed);
  const choices = new Choices();
  const hash = createHash('sha256');
  for (const entry of target.corpus) hash.update(entry);
  const corpusHash = hash.digest('hex').slice(0, 16);
  let done = 0;
  let inputs = 0;
  // A refused message is an error with a stack that nobody reads: an eighth of the time.
  const stackDepth = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    while (done < executions) {
      const input = target.corpus[inputs] ?? target.generate(random);
      inputs++;
      for (let plan = 0; plan < PLANS_PER_INPUT && done < executions; plan++) {
        // The same cut comes with other decisions for every input.
        const number = plan + PLANS_PER_INPUT * random.below(1 << 20);
        try {
          choices.reset(input, number);
          executeOnce(target, input, choices);
        } catch {
          Error.stackTraceLimit = stackDepth;
          report(target, input, number, done);
        }
        done++;
        if (done % 20_000 === 0) yield done;
      }
    }
  } finally {
    Error.stackTraceLimit = stackDepth;
  }
  return { executions: done, inputs, seed, corpusHash };
}

function executeOnce(target: FuzzTarget, input: Uint8Array, choices: Choices): void {
  const lent = pool.lentBytes;
  target.execute(input, choices);
  if (pool.lentBytes !== lent) throw new Error(`contract: ${pool.lentBytes - lent} bytes of slabs are still lent`);
}

/** Runs it once more, now with its stack, and throws. */
function report(target: FuzzTarget, input: Uint8Array, plan: number, execution: number): never {
  const hex = Buffer.from(input).toString('hex');
  const where = `${target.name}: execution ${execution}, plan ${plan}, input ${hex.length > 2 * SHOWN_BYTES ? `${hex.slice(0, 2 * SHOWN_BYTES)}... (${input.length} bytes)` : hex}`;
  const choices = new Choices();
  choices.reset(input, plan);
  try {
    executeOnce(target, input, choices);
  } catch (error) {
    throw new Error(where, { cause: error });
  }
  throw new Error(`${where}: failed once and not again: a codec keeps state between connections`);
}

export function describeResult(name: string, result: FuzzResult): string {
  return `${name}: ${result.executions} executions of ${result.inputs} inputs, seed ${result.seed}, corpus ${result.corpusHash}`;
}
