import { DraftReader, DraftSkipper, Hessian2Reader, Hessian2Skipper } from '@weft/hessian';
import { ProtocolError, type Random } from '@weft/kit';
import { corpus as frames, mutate } from './dubbo.inputs.ts';
import { hex } from './framed.inputs.ts';
import { expectThat, type FuzzTarget } from './harness.ts';

/** Skipper and reader on the same bytes: what the skipper goes over the reader reads, up to the same byte. */
export function hessianValue(data: Uint8Array, draft: boolean): void {
  const bytes = Buffer.from(data);
  const skipper = draft ? new DraftSkipper() : new Hessian2Skipper();
  const reader = draft ? new DraftReader(bytes) : new Hessian2Reader(bytes);
  const end = skipper.skip(bytes, 0, bytes.length);
  expectThat(end <= bytes.length, 'a position within the bytes');
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return;
  }
  expectThat(end === reader.position, 'what can be read can be skipped, and is as long');
}

/** Containers within containers, classes without end, references to what is not there, lengths beyond the bytes. */
const corpus: readonly Buffer[] = [
  ...frames.filter((input) => ((input[0] ?? 0) & 2) === 2),
  Buffer.concat([hex('02'), Buffer.alloc(400, 0x79)]),
  Buffer.concat([hex('02'), Buffer.alloc(400, 0x57)]),
  Buffer.concat([hex('02'), Buffer.alloc(399, 0x48)]),
  Buffer.concat([hex('02'), ...Array.from({ length: 300 }, () => hex('43 0161 91 0162 60'))]),
  Buffer.concat([hex('02'), hex('78 91 51 90 51 91 51 bf 51 c8ff 51 497fffffff')]),
  Buffer.concat([hex('02'), hex('58 497fffffff 90'), hex('53ffff 61'), hex('42ffff 00'), hex('43 0161 497fffffff')]),
  Buffer.concat([hex('03'), Buffer.alloc(400, 0x56)]),
  Buffer.concat([hex('03'), hex('56 6c 7fffffff 91 7a 4f 91 61 49 7fffffff 4a ff 4b ffff 52 7fffffff')]),
];

const pick = (random: Random): Buffer => corpus[random.below(corpus.length)] as Buffer;

export const hessianTarget: FuzzTarget = {
  name: 'hessian',
  corpus,
  generate(random) {
    const bytes =
      random.below(3) === 0 ? Buffer.from(mutate(random)) : Buffer.concat([pick(random), pick(random).subarray(1)]);
    for (let edits = random.below(5); edits > 0; edits--) bytes[1 + random.below(bytes.length - 1)] = random.below(256);
    return bytes;
  },
  /** The first byte chooses the grammar. */
  execute(input) {
    hessianValue(input.subarray(1), ((input[0] ?? 0) & 1) === 1);
  },
};
