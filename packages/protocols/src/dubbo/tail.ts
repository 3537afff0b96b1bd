import type { OutputBuffer } from '@weft/kit';
import type { TailPlan } from './head.ts';

const MAP_END = 0x5a;
const NULL = 0x4e;

/** Writes content whose attachments changed: what stands before them as it comes, then the new ones. */
export class ContentWriter {
  /** Bytes that go out altogether. */
  readonly length: number;
  #passLeft: number;
  readonly #tail: Buffer;
  readonly #append: boolean;

  private constructor(plan: TailPlan, tail: Buffer, length: number) {
    this.length = length;
    this.#passLeft = plan.passBytes;
    this.#tail = tail;
    this.#append = plan.append;
  }

  /** null when the content goes out as it comes. */
  static start(
    head: { planTail(contentLength: number, plan: TailPlan): number },
    contentLength: number,
  ): ContentWriter | null {
    const length = head.planTail(contentLength, PLAN);
    const { tail } = PLAN;
    PLAN.tail = null;
    return tail === null ? null : new ContentWriter(PLAN, tail, length);
  }

  /** `left` is how much comes behind `chunk`. */
  write(out: OutputBuffer, chunk: Uint8Array, left: number): void {
    const pass = Math.min(chunk.length, this.#passLeft);
    out.write(chunk, 0, pass);
    this.#passLeft -= pass;
    if (left > 0 || chunk.length === 0) return;
    const last = chunk[chunk.length - 1] as number;
    if (!this.#append || last === MAP_END) {
      out.write(this.#tail);
      return;
    }
    // Not a map: the content goes out as it is. The length is said already, and receivers skip what is behind the last value.
    out.writeUint8(last);
    for (let i = 1; i < this.#tail.length; i++) out.writeUint8(NULL);
  }
}

/** Scratch: filled and read within one call. */
const PLAN: TailPlan = { passBytes: 0, tail: null, append: false };
