import { Detection } from '@weft/sdk';
import { CMD_GOAWAY, CMD_RESPONSE, PROTO_V2, TYPE_ONE_WAY } from './frame.ts';

/** Bytes until the command code is complete: `proto type cmd cmd`, in v2 with `ver1` in between. */
export const DETECT_BYTES = 5;

/** Says no at the first byte that cannot belong to a Bolt frame of version `proto`. */
export function detectBolt(proto: number, bytes: Uint8Array, length: number): Detection {
  const shift = proto === PROTO_V2 ? 1 : 0;
  if (length > 0 && bytes[0] !== proto) return Detection.NO;
  if (shift === 1 && length > 1 && bytes[1] !== 1 && bytes[1] !== 2) return Detection.NO;
  if (length > 1 + shift && (bytes[1 + shift] as number) > TYPE_ONE_WAY) return Detection.NO;
  if (length > 2 + shift && bytes[2 + shift] !== 0) return Detection.NO;
  if (length > 3 + shift) {
    const command = bytes[3 + shift] as number;
    return command <= CMD_RESPONSE || command === CMD_GOAWAY ? Detection.YES : Detection.NO;
  }
  return Detection.NEED_MORE;
}
