/** Inputs for protocols of frames: frames behind each other, and a few edits. The first byte chooses the side. */
import type { Random } from '@weft/kit';

const MAX_BYTES = 4000;

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Makes inputs of `corpus`; `edges` are bytes that mean something to the protocol. */
export function mutator(corpus: readonly Buffer[], edges: readonly number[]): (random: Random) => Buffer {
  const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)] as T;
  return (random) => {
    let bytes = Buffer.from(pick(random, corpus));
    for (let frames = random.below(3); frames > 0; frames--)
      bytes = Buffer.concat([bytes, pick(random, corpus).subarray(1)]);
    for (let edits = random.below(6); edits > 0; edits--) {
      const at = 1 + random.below(bytes.length - 1);
      const kind = random.below(5);
      if (kind === 0) bytes[at] = random.below(256);
      else if (kind === 1) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      else if (kind === 2) bytes[at] = pick(random, edges);
      else if (kind === 3 && bytes.length > 40)
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(20))]);
      else
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          pick(random, corpus).subarray(1, 1 + random.below(60)),
          bytes.subarray(at),
        ]);
      if (bytes.length < 2) bytes = Buffer.from(pick(random, corpus));
    }
    bytes[0] = random.below(256);
    return bytes.length > MAX_BYTES ? bytes.subarray(0, MAX_BYTES) : bytes;
  };
}
