/** Inputs for the Bolt target. */
import { crc32 } from 'node:zlib';
import type { Random } from '@weft/kit';

const MAX_BYTES = 4000;
/** Bytes that mean something in a Bolt frame. */
const EDGES = [0, 1, 2, 3, 0x14, 0x16, 0x64, 0x7f, 0x80, 0xff];

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** `service` = `s`, `sofa_head_method_name` = `m`. */
const HEADERS = Buffer.concat([
  hex('00000007'),
  Buffer.from('service'),
  hex('00000001 73 00000015'),
  Buffer.from('sofa_head_method_name'),
  hex('00000001 6d'),
]);
const HEADER_LENGTH = HEADERS.length.toString(16).padStart(4, '0');
/** A frame of version 2 that carries its CRC. */
function signed(frame: Buffer): Buffer {
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(crc32(frame));
  return Buffer.concat([frame, trailer]);
}

const LARGE = Buffer.alloc(300, 0x63);

/** First byte: which side, how it is cut; then frames. */
export const corpus: readonly Buffer[] = [
  [
    hex('00 0101000101 00000007 01 00000bb8 0002'),
    hex(`${HEADER_LENGTH} 00000003`),
    hex('4141'),
    HEADERS,
    hex('010203'),
  ],
  [hex('00 0102000101 00000008 01 ffffffff 0000'), hex(`${HEADER_LENGTH} 00000000`), HEADERS],
  [hex('00 0101000101 00000009 01 00000bb8 0000 0000 0000012c'), LARGE],
  [hex('00 020101000101 00000007 01 01 00000bb8 0000'), hex(`${HEADER_LENGTH} 00000001`), HEADERS, hex('01')],
  [hex('00'), signed(hex('020201000101 0000000a 01 01 00000bb8 0000 0000 00000000'))],
  [hex('00'), signed(Buffer.concat([hex('020201000101 0000000b 01 01 00000bb8 0000 0000 0000012c'), LARGE]))],
  [hex('00 0101000001 00000001 01 ffffffff 0000 0000 00000000 0101006401 00000001 01 00000000 0000 0000 00000000')],
  [hex('01 0100000201 00000001 01 0000 0000 0000 00000002 6f6b 0100000201 00000002 01 0007 0000 0000 00000000')],
  [hex('01 0100000201 00000003 01 0000 0000 0000 0000012c'), LARGE],
  [hex('01 020100000201 00000002 01 01 0000 0000 0000 00000001 6f 0100000001 00000001 01 0000 0000 0000 00000000')],
  [hex('01 0101006401 00000001 01 00000000 0000 0000 00000000 0101000101 00000001 01 00000000 0000 0000 00000000')],
].map((parts) => Buffer.concat(parts));

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)] as T;
}

/** Some frames behind each other, and a few edits. */
export function mutate(random: Random): Buffer {
  let bytes = Buffer.from(pick(random, corpus));
  for (let frames = random.below(4); frames > 0; frames--)
    bytes = Buffer.concat([bytes, pick(random, corpus).subarray(1)]);
  for (let edits = random.below(6); edits > 0; edits--) {
    const at = 1 + random.below(bytes.length - 1);
    const kind = random.below(5);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    else if (kind === 2) bytes[at] = pick(random, EDGES);
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
}
