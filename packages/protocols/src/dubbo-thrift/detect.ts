import { Detection } from '@weft/sdk';
import { MAGIC, MAGIC_AT } from './frame.ts';

/** Length of the frame and magic. */
export const DETECT_BYTES = 6;

export function detectDubboThrift(bytes: Uint8Array, length: number): Detection {
  // Lengths below 2 GiB.
  if (length > 0 && (bytes[0] as number) > 0x7f) return Detection.NO;
  if (length > MAGIC_AT && bytes[MAGIC_AT] !== MAGIC >> 8) return Detection.NO;
  if (length < DETECT_BYTES) return Detection.NEED_MORE;
  return bytes[MAGIC_AT + 1] === (MAGIC & 0xff) ? Detection.YES : Detection.NO;
}
