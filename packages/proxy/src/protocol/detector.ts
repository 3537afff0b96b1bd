import { Detection, type Protocol } from '@weft/sdk';

/** What the first bytes of a connection say. */
export type Detected =
  | { readonly kind: 'protocol'; readonly protocol: Protocol }
  | { readonly kind: 'more' }
  | { readonly kind: 'unknown' };

const MORE: Detected = { kind: 'more' };
const UNKNOWN: Detected = { kind: 'unknown' };

/**
 * Asks the protocols of a listener in their configured order. The first YES wins once no earlier one still wants more
 * bytes, so the answer depends on the bytes alone, not on how they were split.
 */
export function detectProtocol(
  protocols: readonly Protocol[],
  bytes: Uint8Array,
  length: number,
  maxBytes: number,
): Detected {
  return firstYes(protocols, length, maxBytes, (protocol) =>
    protocol.detectBytes === 0 ? Detection.NO : protocol.detect(bytes, length),
  );
}

/** Which protocol can tell the caller what is wrong with bytes that none recognises; asked and answered as above. */
export function resembledProtocol(
  protocols: readonly Protocol[],
  bytes: Uint8Array,
  length: number,
  maxBytes: number,
): Detected {
  return firstYes(protocols, length, maxBytes, (protocol) => protocol.resembles?.(bytes, length) ?? Detection.NO);
}

function firstYes(
  protocols: readonly Protocol[],
  length: number,
  maxBytes: number,
  ask: (protocol: Protocol) => Detection,
): Detected {
  let waiting = false;
  for (const protocol of protocols) {
    const answer = ask(protocol);
    if (answer === Detection.YES) {
      if (!waiting) return { kind: 'protocol', protocol };
      return MORE;
    }
    if (answer === Detection.NEED_MORE && length < maxBytes) waiting = true;
  }
  return waiting ? MORE : UNKNOWN;
}
