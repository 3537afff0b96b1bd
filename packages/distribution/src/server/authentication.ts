import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, systemClock } from '@weft/kit';
import { HELLO_HEADERS, helloText } from '../wire/hello.ts';
import type { NodeScope } from '../wire/node.ts';
import type { Authenticate, AuthRefusal, AuthResult } from './contract.ts';

/** How far the clock of a proxy may be off. */
const MAX_SKEW_MS = 300_000;

export interface KeyAuthenticatorOptions {
  /** The active key of that id, or undefined. */
  readonly lookup: (
    accessKey: string,
  ) => { readonly secret: string; readonly scope: Omit<NodeScope, 'accessKey'> } | undefined;
  readonly clock?: Clock;
  /** Default 300 000 ms. */
  readonly maxSkewMs?: number;
}

const refused = (cause: AuthRefusal['cause'], reason: string): AuthResult => ({ kind: 'refused', cause, reason });

/** Checks `x-weft-access-key`, `x-weft-timestamp` and `x-weft-signature` over the node of the same headers. */
export function createKeyAuthenticator(options: KeyAuthenticatorOptions): Authenticate {
  const { lookup, clock = systemClock, maxSkewMs = MAX_SKEW_MS } = options;
  return (stream) => {
    const accessKey = stream.header(HELLO_HEADERS.accessKey);
    const timestamp = stream.header(HELLO_HEADERS.timestamp);
    const signature = stream.header(HELLO_HEADERS.signature);
    const node = stream.binaryHeader(HELLO_HEADERS.node);
    if (accessKey === undefined)
      return refused('no-key', `no access key: the header ${HELLO_HEADERS.accessKey} is missing`);
    if (timestamp === undefined || signature === undefined || node === undefined) {
      return refused(
        'incomplete',
        `the access key needs ${HELLO_HEADERS.timestamp}, ${HELLO_HEADERS.signature} and ${HELLO_HEADERS.node}`,
      );
    }
    const skewMs = Math.abs(clock.wallNow() - Number(timestamp));
    if (!(skewMs <= maxSkewMs)) {
      if (!Number.isFinite(skewMs))
        return refused('incomplete', `${HELLO_HEADERS.timestamp} is not a number of milliseconds`);
      const off = `off by ${Math.round(skewMs / 1000)} s; at most ${maxSkewMs / 1000} s`;
      return { kind: 'refused', cause: 'clock', reason: `the clock of the proxy is ${off}: set it`, skewMs };
    }
    const key = lookup(accessKey);
    if (key === undefined) return refused('unknown-key', 'the access key is unknown or disabled');
    const expected = createHmac('sha256', key.secret)
      .update(helloText(accessKey, timestamp, node))
      .digest();
    const given = Buffer.from(signature, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return refused('signature', 'the signature does not fit: the secret of this access key is another one');
    }
    return { kind: 'accepted', scope: { ...key.scope, accessKey } };
  };
}
