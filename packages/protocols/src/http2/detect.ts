import { Detection } from '@weft/sdk';
import { CLIENT_PREFACE } from '../common/h2/index.ts';

export const DETECT_BYTES = CLIENT_PREFACE.length;

/** The client connection preface (RFC 9113 section 3.4): says no at the first byte that differs. */
export function detectHttp2(bytes: Uint8Array, length: number): Detection {
  const count = Math.min(length, DETECT_BYTES);
  for (let i = 0; i < count; i++) {
    if (bytes[i] !== CLIENT_PREFACE[i]) return Detection.NO;
  }
  return count === DETECT_BYTES ? Detection.YES : Detection.NEED_MORE;
}
