import { Detection } from '@weft/sdk';
import { readUint32 } from '../common/framed/uint32.ts';
import { MIN_FRAME_BYTES } from './frame.ts';

/** Length, the version and the head of the packet type. */
export const DETECT_BYTES = 7;

const MAX_LENGTH_BYTE = 0x06;
const VERSION_INT8 = 0x10;
const PACKET_TYPE_INT8 = 0x20;
const PACKET_TYPE_ZERO = 0x2c;

/** A caller begins with a length below 100 MiB and a version from 1 to 5, then the packet type. */
export function detectTars(bytes: Uint8Array, length: number): Detection {
  if (length > 0 && (bytes[0] as number) > MAX_LENGTH_BYTE) return Detection.NO;
  if (length > 3 && readUint32(bytes, 0) < MIN_FRAME_BYTES) return Detection.NO;
  if (length > 4 && bytes[4] !== VERSION_INT8) return Detection.NO;
  if (length > 5 && ((bytes[5] as number) < 1 || (bytes[5] as number) > 5)) return Detection.NO;
  if (length < DETECT_BYTES) return Detection.NEED_MORE;
  return bytes[6] === PACKET_TYPE_ZERO || bytes[6] === PACKET_TYPE_INT8 ? Detection.YES : Detection.NO;
}
