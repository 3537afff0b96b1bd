import { Detection } from '@weft/sdk';
import { FLAG_EVENT, FLAG_REQUEST, MAGIC_HIGH, MAGIC_LOW, SERIALIZATION_MASK } from './frame.ts';

/** Magic, flag and status. */
export const DETECT_BYTES = 4;

/** A caller begins with a request or an event, with a serialization and without a status. */
export function detectDubbo(bytes: Uint8Array, length: number): Detection {
  if (length > 0 && bytes[0] !== MAGIC_HIGH) return Detection.NO;
  if (length > 1 && bytes[1] !== MAGIC_LOW) return Detection.NO;
  if (length > 2) {
    const flag = bytes[2] as number;
    if ((flag & (FLAG_REQUEST | FLAG_EVENT)) === 0 || (flag & SERIALIZATION_MASK) === 0) return Detection.NO;
  }
  if (length > 3) return Detection.YES;
  return Detection.NEED_MORE;
}
