const REQUEST_TIMEOUT = Buffer.from('HTTP/1.1 408', 'latin1');
const MINOR_VERSION_AT = 7;

/**
 * Whether these bytes are 408, or the beginning of it: with it a host says that it closes a connection on which nothing was asked
 * (RFC 9110 section 15.5.9). It answers no request, and breaks nothing.
 */
export function isGoodbye(bytes: Buffer, start: number, end: number): boolean {
  const length = Math.min(end - start, REQUEST_TIMEOUT.length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i];
    if (byte !== REQUEST_TIMEOUT[i] && !(i === MINOR_VERSION_AT && byte === 48)) return false;
  }
  return true;
}
