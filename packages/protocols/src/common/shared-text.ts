/** Text of one byte per character up to this length is looked for among what was decoded before. */
const MAX_SHARED_BYTES = 64;
const SLOTS = 256;

/** What every buffer of Node has and its types leave out: `toString` without the checks of its arguments. */
interface TextSource {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** What was decoded last, by a cheap hash of the bytes; one per encoding and thread, at most 16 KiB. */
const latin1Texts = new Array<string>(SLOTS).fill('');
const utf8Texts = new Array<string>(SLOTS).fill('');

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length * 37 + first * 5 + middle * 17 + last * 29) & (SLOTS - 1);
}

function isText(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  let i = 0;
  while (i < length && text.charCodeAt(i) === bytes[start + i]) i++;
  return i === length;
}

/**
 * `bytes[start, end)` as a string, one character per byte. For values that requests repeat (host, path, a header that a
 * route asks for): the same string comes back for the same bytes, which is cheaper than a new one, and its hash is known to
 * whatever map it is looked up in.
 */
export function sharedLatin1(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_SHARED_BYTES || length <= 0) return (bytes as unknown as TextSource).latin1Slice(start, end);
  const slot = slotOf(bytes, start, length);
  const known = latin1Texts[slot] as string;
  if (isText(known, bytes, start, length)) return known;
  const text = (bytes as unknown as TextSource).latin1Slice(start, end);
  latin1Texts[slot] = text;
  return text;
}

/** `sharedLatin1` for UTF-8; text with other than ASCII characters is decoded each time. */
export function sharedUtf8(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_SHARED_BYTES || length <= 0) return (bytes as unknown as TextSource).utf8Slice(start, end);
  const slot = slotOf(bytes, start, length);
  const known = utf8Texts[slot] as string;
  if (isText(known, bytes, start, length)) return known;
  const text = (bytes as unknown as TextSource).utf8Slice(start, end);
  // As many characters as bytes: then each is one byte, and comparing with the bytes is exact. U+FFFD takes one byte too, but
  // has another code.
  if (text.length === length) utf8Texts[slot] = text;
  return text;
}
