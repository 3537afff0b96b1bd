import { Detection, type Protocol } from '@weft/sdk';

/** What the first bytes of a connection say. */
export type Detected =
  | { readonly kind: 'protocol'; readonly protocol: Protocol<unknown> }
  | { readonly kind: 'more' }
  | { readonly kind: 'unknown' };

const MORE: Detected = { kind: 'more' };
const UNKNOWN: Detected = { kind: 'unknown' };

/**
 * Asks the protocols of a listener in their configured order. The first YES wins once no earlier one still wants more
 * bytes, so the answer depends on the bytes alone, not on how they were split.
 */
export function detectProtocol(
  protocols: readonly Protocol<unknown>[],
  bytes: Uint8Array,
  length: number,
  maxBytes: number,
): Detected {
  let waiting = false;
  for (const protocol of protocols) {
    if (protocol.detectBytes === 0) continue;
    const answer = protocol.detect(bytes, length);
    if (answer === Detection.YES) {
      if (!waiting) return { kind: 'protocol', protocol };
      return MORE;
    }
    if (answer === Detection.NEED_MORE && length < maxBytes) waiting = true;
  }
  return waiting ? MORE : UNKNOWN;
}
