/** Tars frames for tests, written and read without the codec under test. */

const INT8 = 0;
const INT16 = 1;
const INT32 = 2;
const TEXT = 6;
const LONG_TEXT = 7;
const MAP = 8;
const ZERO = 12;
const BYTES = 13;

const head = (tag: number, type: number): Buffer => Buffer.from([(tag << 4) | type]);

function int(tag: number, value: number): Buffer {
  if (value === 0) return head(tag, ZERO);
  if (value >= -128 && value < 128) return Buffer.concat([head(tag, INT8), Buffer.from([value & 0xff])]);
  const wide = Buffer.alloc(4);
  wide.writeInt32BE(value);
  return Buffer.concat([head(tag, INT32), wide]);
}

const text = (tag: number, value: string): Buffer =>
  Buffer.concat([head(tag, TEXT), Buffer.from([value.length]), Buffer.from(value)]);

const bytes = (tag: number, value: Buffer): Buffer =>
  Buffer.concat([head(tag, BYTES), head(0, INT8), int(0, value.length), value]);

function map(tag: number, pairs: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(pairs);
  const parts = entries.flatMap(([name, value]) => [text(0, name), text(1, value)]);
  return Buffer.concat([head(tag, MAP), int(0, entries.length), ...parts]);
}

function frame(fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + body.length);
  return Buffer.concat([length, body]);
}

/** A call of function `echo` of the servant `Demo.Echo.Obj`. */
export function tarsRequest(id: number, context: Readonly<Record<string, string>> = {}): Buffer {
  return frame([
    int(1, 1),
    int(2, 0),
    int(3, 0),
    int(4, id),
    text(5, 'Demo.Echo.Obj'),
    text(6, 'echo'),
    bytes(7, Buffer.from('question')),
    int(8, 30_000),
    map(9, context),
    map(10, {}),
  ]);
}

/** An answer with that code. */
export function tarsResponse(id: number, ret: number, content: string): Buffer {
  const failed = ret !== 0;
  return frame([
    int(1, 1),
    int(2, 0),
    int(3, id),
    int(4, 0),
    int(5, ret),
    bytes(6, Buffer.from(failed ? '' : content)),
    map(7, {}),
    ...(failed ? [text(8, content)] : []),
  ]);
}

/** An error with such a context. */
export function forgedTars(id: number, context: Readonly<Record<string, string>>): Buffer {
  const numbers = [int(1, 1), int(2, 0), int(3, id), int(4, 0), int(5, -8)];
  return frame([...numbers, bytes(6, Buffer.alloc(0)), map(7, {}), text(8, 'boom'), map(9, context)]);
}

export interface TarsFrame {
  readonly isRequest: boolean;
  readonly id: number;
  /** The code of an answer. */
  readonly status: number;
  /** Everything behind the code. */
  readonly body: Buffer;
  readonly size: number;
}

/** The first frame of `input`, or null when it is not complete. Looks at the numbers before the first text or buffer. */
export function readTars(input: Buffer): TarsFrame | null {
  if (input.length < 4 || input.length < input.readUInt32BE(0)) return null;
  const size = input.readUInt32BE(0);
  const numbers: number[] = [];
  let at = 4;
  while (at < size) {
    const byte = input[at] as number;
    const type = byte & 15;
    const tag = byte >> 4;
    if (type === ZERO) numbers[tag] = 0;
    else if (type === INT8) numbers[tag] = input.readInt8(at + 1);
    else if (type === INT16) numbers[tag] = input.readInt16BE(at + 1);
    else if (type === INT32) numbers[tag] = input.readInt32BE(at + 1);
    else break;
    at += 1 + (type === ZERO ? 0 : 1 << type);
  }
  const next = (input[at] as number) & 15;
  // Behind four numbers a request has a text, behind five an answer has its buffer.
  const isRequest = next === TEXT || next === LONG_TEXT;
  return {
    isRequest,
    id: numbers[isRequest ? 4 : 3] as number,
    status: isRequest ? 0 : (numbers[5] as number),
    body: input.subarray(at, size),
    size,
  };
}
