import type { HeaderMap } from '@weft/sdk';

/** What Dubbo's attachments say that stands elsewhere in a head of Triple: what is called, by whom, how long it may take. */
const NAMED: ReadonlySet<string> = new Set([
  'path',
  'interface',
  'version',
  'group',
  'timeout',
  'dubbo',
  'remote.application',
  'service',
  'method',
]);
/** What belongs to HTTP, gRPC or Triple, and to nobody's attachments. */
const HTTP: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'timeout',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const HTTP_PREFIX = /^(?::|grpc-|tri-|rest-)/;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** What gRPC calls an ASCII value; blanks at an end would not survive. */
const FIELD_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;
const BINARY = '-bin';

/**
 * Attachments as headers: names in lower case; what is not ASCII becomes `<name>-bin` in base64. A name that HTTP does not
 * take stays behind.
 */
export function addHeaders(headers: HeaderMap, attachments: Iterable<readonly [string, string | Uint8Array]>): void {
  for (const [name, value] of attachments) {
    const lower = name.toLowerCase();
    if (NAMED.has(lower) || HTTP.has(lower) || HTTP_PREFIX.test(lower) || !FIELD_NAME.test(lower)) continue;
    if (typeof value === 'string' && FIELD_VALUE.test(value) && !lower.endsWith(BINARY)) headers.set(lower, value);
    else headers.set(lower.endsWith(BINARY) ? lower : lower + BINARY, Buffer.from(value).toString('base64'));
  }
}

/** Headers as attachments, without those of HTTP and gRPC and those that would say what is called; `<name>-bin` becomes the text that it is in UTF-8. */
export function addAttachments(attachments: HeaderMap, headers: HeaderMap): void {
  headers.forEach((name, value) => {
    if (HTTP.has(name) || NAMED.has(name) || HTTP_PREFIX.test(name)) return;
    if (name.endsWith(BINARY)) {
      const bytes = Buffer.from(value, 'base64');
      const text = bytes.toString();
      const plain = name.slice(0, -BINARY.length);
      if (NAMED.has(plain)) return;
      if (Buffer.from(text).equals(bytes)) attachments.set(plain, text);
      else attachments.set(name, value);
    } else attachments.set(name, value);
  });
}
