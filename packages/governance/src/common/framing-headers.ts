/**
 * Fields of HTTP about one connection or the framing of one message (RFC 9110 section 7.6.1, RFC 9112 section 6): the
 * proxy writes them itself, and a rule that sets one would break what it is set in.
 */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** @param name in lower case. */
export function isFramingHeader(name: string): boolean {
  return FRAMING.has(name);
}
