import { ApiFailure, invalid } from '../http/index.ts';

interface Frame {
  /** Keys seen of an object; null for a list. */
  readonly keys: Set<string> | null;
  /** Key or index of what is read now. */
  at: string | number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Reads a body of JSON and refuses what `JSON.parse` lets through and nobody means: a key twice in an object (one of the
 * values would be lost), a key that names a prototype, text that is not well-formed Unicode (no database keeps it as it is).
 *
 * An empty body is none: clients say `content-type: application/json` of calls that have nothing to say, too.
 *
 * @throws ApiFailure UNREADABLE for what is no JSON, INVALID with the JSON pointer of the field otherwise
 */
export function parseJsonBody(text: string): unknown {
  if (text === '') return undefined;
  const json = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ApiFailure('UNREADABLE', `the body is not JSON: ${(error as Error).message}`);
  }
  checkTexts(json);
  return value;
}

/** Goes over the texts of valid JSON. */
function checkTexts(json: string): void {
  const frames: Frame[] = [];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    const frame = frames.at(-1);
    if (code === QUOTE) {
      const end = endOfText(json, at);
      const text = textAt(json, at, end);
      at = end - 1;
      if (isKey(json, end) && frame !== undefined) checkKey(text, frame, frames);
      else if (!text.isWellFormed()) throw illFormed(pointerOf(frames));
    } else if (code === OPEN_OBJECT) frames.push({ keys: new Set(), at: '' });
    else if (code === OPEN_LIST) frames.push({ keys: null, at: 0 });
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) frames.pop();
    else if (code === COMMA && typeof frame?.at === 'number') frame.at++;
  }
}

function checkKey(key: string, frame: Frame, frames: readonly Frame[]): void {
  const parent = frames.at(-2)?.at;
  const known = frame.keys?.has(key) === true;
  frame.at = key;
  frame.keys?.add(key);
  if (!key.isWellFormed()) throw illFormed(pointerOf(frames));
  if (known) throw invalid(pointerOf(frames), 'found this key twice in one object, expected it once');
  if (key === '__proto__' || (key === 'prototype' && parent === 'constructor'))
    throw invalid(pointerOf(frames), `found the key ${JSON.stringify(key)}, which is refused: expected another key`);
}

const illFormed = (pointer: string): ApiFailure =>
  invalid(pointer, 'found half of a surrogate pair, expected well-formed Unicode text');

function pointerOf(frames: readonly Frame[]): string {
  return frames
    .map(({ at }) => `/${String(at).toWellFormed().slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** Behind the closing quote. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1;
  return at + 1;
}

function textAt(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end - 1);
  return raw.includes('\\') ? (JSON.parse(json.slice(start, end)) as string) : raw;
}

function isKey(json: string, after: number): boolean {
  let at = after;
  for (; json.charCodeAt(at) <= 0x20; at++);
  return json.charCodeAt(at) === COLON;
}
