import { DEFAULT_HESSIAN_LIMITS, DraftSkipper, decodeUnits, SOFA_REQUEST, skipUnits } from '@weft/hessian';
import { sharedUtf8 } from '../common/shared-text.ts';

/**
 * First bytes of the content that are read for what the header map does not say. Whoever writes a SofaRequest has the
 * method within the first 300, before or behind the types of the arguments.
 */
export const CALLED_BYTES = 512;
export const { method: CALLED_METHOD, service: CALLED_SERVICE } = SOFA_REQUEST;
/** Contents with a class name of another length are no SofaRequest; the content itself is asked for the name. */
export const CALLED_CLASS_BYTES = SOFA_REQUEST.className.length;

/** One for the thread: it keeps nothing between calls, and nothing is called from within it. */
const skipper = new DraftSkipper({ ...DEFAULT_HESSIAN_LIMITS, maxDepth: 20, maxValues: CALLED_BYTES });

/** Text of a field of the SofaRequest at `start`, of which only a part may be here; '' when the bytes do not say it. */
export function calledText(bytes: Buffer, start: number, end: number, field: string): string {
  const at = skipper.findField(bytes, start, end, SOFA_REQUEST.className, field);
  if (at < 0 || at >= end) return '';
  const tag = bytes[at] as number;
  if (tag < 0x20) return unitsAt(bytes, at + 1, end, tag);
  // Longer ones come in chunks, and are no names.
  return tag === 0x53 ? unitsAt(bytes, at + 3, end, ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)) : '';
}

function unitsAt(bytes: Buffer, at: number, end: number, units: number): string {
  const behind = skipUnits(bytes, at, end, units);
  if (behind < 0) return '';
  // As many bytes as characters: ASCII.
  return behind - at === units ? sharedUtf8(bytes, at, behind) : decodeUnits(bytes, at, behind);
}
