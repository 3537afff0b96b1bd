import { BufferPool, OutputBuffer } from '@weft/kit';
import type { Codec, Link } from '../protocol/index.ts';

const POISON = 0xdb;

/** A link without a socket: what a codec sends is collected, what it asks for is recorded. */
export class MemoryLink implements Link {
  /** What `out` takes its slabs from; its `lentBytes` show what a codec holds. */
  readonly pool: BufferPool;
  readonly out: OutputBuffer;
  /** Bytes that the pretended kernel has not taken; tests set it to play a slow peer. */
  backlogBytes = 0;
  /** What the codec says that it keeps. */
  keptBytes = 0;
  flushes = 0;
  readingPaused = false;
  writeShutDown = false;
  closed = false;
  wasReset = false;
  /** Delay of the armed timer in ms, 0 when none is. */
  timerMs = 0;

  /** @param pool of its own unless given: links that are made by the million share one */
  constructor(pool = new BufferPool()) {
    this.pool = pool;
    this.out = new OutputBuffer(pool);
  }

  get pendingBytes(): number {
    return this.out.length + this.backlogBytes;
  }

  flush(): void {
    this.flushes++;
  }

  pauseReading(): void {
    this.readingPaused = true;
  }

  resumeReading(): void {
    this.readingPaused = false;
  }

  shutdownWrite(): void {
    this.writeShutDown = true;
  }

  close(): void {
    this.closed = true;
  }

  reset(): void {
    this.wasReset = true;
    this.closed = true;
    this.out.clear();
  }

  setTimer(delayMs: number): void {
    this.timerMs = delayMs;
  }

  keptBytesChanged(deltaBytes: number): void {
    this.keptBytes += deltaBytes;
  }

  /** Takes everything sent so far. */
  takeBytes(): Buffer {
    const parts: Buffer[] = [];
    this.out.take((slab, length) => {
      parts.push(Buffer.from(slab.subarray(0, length)));
      this.pool.give(slab);
    });
    return Buffer.concat(parts);
  }
}

/**
 * Feeds a codec as a connection does: unconsumed bytes come again in front of later ones once `need` are there, and the
 * buffer is poisoned behind each call, so that a codec that kept a view shows it.
 */
export class CodecFeeder {
  readonly #codec: Codec;
  readonly #link: MemoryLink | null;
  #held: Buffer = Buffer.alloc(0);

  constructor(codec: Codec, link: MemoryLink | null = null) {
    this.#codec = codec;
    this.#link = link;
  }

  get unconsumedBytes(): number {
    return this.#held.length;
  }

  feed(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    this.offer();
  }

  /** Offers what is held again; call it after the codec resumed reading. */
  offer(): void {
    while (this.#held.length > 0 && this.#held.length >= this.#codec.need) {
      if (this.#link !== null && (this.#link.readingPaused || this.#link.closed)) return;
      // Offset 3: a codec that forgets `start` must fail.
      const buffer = Buffer.alloc(this.#held.length + 8, POISON);
      this.#held.copy(buffer, 3);
      let consumed = 0;
      try {
        consumed = this.#codec.receive(buffer, 3, 3 + this.#held.length);
      } finally {
        buffer.fill(POISON);
      }
      this.#held = this.#held.subarray(consumed);
      if (consumed === 0) {
        if (this.#held.length >= this.#codec.need)
          throw new Error(`codec consumed nothing of ${this.#held.length} bytes but needs only ${this.#codec.need}`);
        return;
      }
    }
  }
}
