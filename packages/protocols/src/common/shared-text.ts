/** Text of one byte per character up to this length is looked for among what was decoded before. */
const MAX_SHARED_BYTES = 64;
const SLOTS = 256;

/** What every buffer of Node has and its types leave out: `toString` without the checks of its arguments. */
interface TextSource {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** What was decoded last, by a cheap hash of the bytes, and those bytes; one per encoding and thread, at most 32 KiB. */
interface SharedTexts {
  readonly texts: string[];
  readonly bytes: Uint8Array;
  readonly words: DataView;
}

function sharedTexts(): SharedTexts {
  const bytes = new Uint8Array(SLOTS * MAX_SHARED_BYTES);
  return { texts: new Array<string>(SLOTS).fill(''), bytes, words: new DataView(bytes.buffer) };
}

const latin1Texts = sharedTexts();
const utf8Texts = sharedTexts();

/*
 * The bytes at hand as words: what a thread reads comes into one buffer, so that it is nearly always the one before. Another
 * one gets its view when it comes twice in a row.
 */
let viewed: Uint8Array | null = null;
let view: DataView = new DataView(new ArrayBuffer(0));
let seen: Uint8Array | null = null;

function isViewed(bytes: Uint8Array): boolean {
  if (bytes === viewed) return true;
  if (bytes !== seen) {
    seen = bytes;
    return false;
  }
  viewed = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return true;
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length * 37 + first * 5 + middle * 17 + last * 29) & (SLOTS - 1);
}

/** Whether the text in `slot` is that of `bytes[start, start + length)`. */
function isText(shared: SharedTexts, slot: number, bytes: Uint8Array, start: number, length: number): boolean {
  if ((shared.texts[slot] as string).length !== length) return false;
  const at = slot * MAX_SHARED_BYTES;
  let i = 0;
  if (isViewed(bytes)) {
    const { words } = shared;
    for (; i + 4 <= length; i += 4) if (words.getInt32(at + i) !== view.getInt32(start + i)) return false;
  }
  while (i < length && shared.bytes[at + i] === bytes[start + i]) i++;
  return i === length;
}

function remember(shared: SharedTexts, slot: number, text: string, bytes: Uint8Array, start: number): void {
  const { length } = text;
  const at = slot * MAX_SHARED_BYTES;
  shared.texts[slot] = text;
  let i = 0;
  if (isViewed(bytes)) for (; i + 4 <= length; i += 4) shared.words.setInt32(at + i, view.getInt32(start + i));
  for (; i < length; i++) shared.bytes[at + i] = bytes[start + i] as number;
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
  if (isText(latin1Texts, slot, bytes, start, length)) return latin1Texts.texts[slot] as string;
  const text = (bytes as unknown as TextSource).latin1Slice(start, end);
  remember(latin1Texts, slot, text, bytes, start);
  return text;
}

/** `sharedLatin1` for UTF-8; text with other than ASCII characters is decoded each time. */
export function sharedUtf8(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_SHARED_BYTES || length <= 0) return (bytes as unknown as TextSource).utf8Slice(start, end);
  const slot = slotOf(bytes, start, length);
  if (isText(utf8Texts, slot, bytes, start, length)) return utf8Texts.texts[slot] as string;
  const text = (bytes as unknown as TextSource).utf8Slice(start, end);
  // The length of a text is compared with that of the bytes.
  if (text.length === length) remember(utf8Texts, slot, text, bytes, start);
  return text;
}
