/** Inputs for the Bolt target. */
import { crc32 } from 'node:zlib';
import { hex, mutator } from './framed.inputs.ts';

/** Bytes that mean something in a Bolt frame. */
const EDGES = [0, 1, 2, 3, 0x14, 0x16, 0x64, 0x7f, 0x80, 0xff];

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

/** Some frames behind each other, and a few edits. */
export const mutate = mutator(corpus, EDGES);
