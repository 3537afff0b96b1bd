import { type HeaderMap, TranscodeError } from '@weft/sdk';
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

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Headers of a caller of HTTP as metadata.
 * @throws TranscodeError for a name that ends in `-bin` and a value that is no base64, over which hosts of gRPC would break off
 */
export function copyToMetadata(from: HeaderMap, to: HeaderMap): void {
  copyHeaders(from, to);
  to.forEach((name, value) => {
    // Several values are one list.
    if (name.endsWith('-bin') && !value.split(',').every((item) => BASE64.test(item.trim())))
      throw new TranscodeError(`the header ${name.slice(0, 64)}: bytes in base64 expected`);
  });
}
