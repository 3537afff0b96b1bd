import { crc32 } from 'node:zlib';
import type { OutputBuffer } from '@weft/kit';
import { hasCrc } from './frame.ts';

/** Stands for the checksum of a frame that has none. */
export const NO_CRC = -1;

/**
 * Checksum over the head that ends at `out.position`, or `NO_CRC` when its frame has none. A frame without content is
 * complete with it.
 */
export function crcBehindHead(out: OutputBuffer, headBytes: number, contentLength: number): number {
  const at = out.position - headBytes;
  const bytes = out.buffer;
  if (!hasCrc(bytes[at] as number, bytes[at + 1] as number, bytes[at + 11] as number)) return NO_CRC;
  const crc = crc32(bytes.subarray(at, at + headBytes));
  if (contentLength === 0) out.writeUint32(crc);
  return crc;
}

/** The checksum over what it covered before and `chunk`; behind the last chunk it is written. */
export function crcBehindContent(out: OutputBuffer, chunk: Uint8Array, before: number, left: number): number {
  const crc = crc32(chunk, before);
  if (left === 0) out.writeUint32(crc);
  return crc;
}
