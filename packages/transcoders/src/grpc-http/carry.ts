import type { HeaderMap } from '@weft/sdk';
import { isHttpField, TIMEOUT } from '../common/carry/index.ts';

/** What speaks of the body, or of the call as one of its protocol, and is written anew. */
const OWN: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'cache-control',
  'content-encoding',
  'content-type',
  'date',
  'server',
  TIMEOUT,
]);

/** Headers and metadata that go with a call or an answer, in both directions under the same names. */
export function copyHeaders(from: HeaderMap, to: HeaderMap): void {
  from.forEach((name, value) => {
    if (OWN.has(name) || name.startsWith('grpc-') || name.startsWith(':') || !isHttpField(name, value)) return;
    to.add(name, value);
  });
}
