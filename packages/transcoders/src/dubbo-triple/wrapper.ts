import { TranscodeError } from '@weft/sdk';

/**
 * The two messages that Triple carries where no `.proto` is given:
 *
 *     TripleRequestWrapper   1 serializeType string   2 args repeated bytes   3 argTypes repeated string
 *     TripleResponseWrapper  1 serializeType string   2 data bytes            3 type string
 *
 * Each argument is serialized by itself, with references and classes of its own.
 */
export interface RequestWrapper {
  readonly serializeType: string;
  readonly args: readonly Buffer[];
  /** As `Class.getName` of Java has them: `int`, `java.lang.String`, `[Ljava.lang.String;`. */
  readonly argTypes: readonly string[];
}

export interface ResponseWrapper {
  readonly serializeType: string;
  readonly data: Buffer;
  readonly type: string;
}

const LENGTH_DELIMITED = 2;
const SERIALIZE_TYPE = 1;
const BYTES = 2;
const TYPE = 3;
const MAX_ARGUMENTS = 255;

export function encodeRequestWrapper({ serializeType, args, argTypes }: RequestWrapper): Buffer {
  return Buffer.concat([
    ...field(SERIALIZE_TYPE, Buffer.from(serializeType)),
    ...args.flatMap((bytes) => field(BYTES, bytes)),
    ...argTypes.flatMap((type) => field(TYPE, Buffer.from(type))),
  ]);
}

export function encodeResponseWrapper({ serializeType, data, type }: ResponseWrapper): Buffer {
  return Buffer.concat([
    ...field(SERIALIZE_TYPE, Buffer.from(serializeType)),
    ...field(BYTES, data),
    ...field(TYPE, Buffer.from(type)),
  ]);
}

/** @throws TranscodeError when the bytes are another message */
export function decodeRequestWrapper(bytes: Buffer): RequestWrapper {
  const args: Buffer[] = [];
  const argTypes: string[] = [];
  let serializeType = '';
  visitFields(bytes, (number, value) => {
    if (number === SERIALIZE_TYPE) serializeType = value.toString();
    else if (number === BYTES) args.push(value);
    else if (number === TYPE) argTypes.push(value.toString());
    if (args.length > MAX_ARGUMENTS || argTypes.length > MAX_ARGUMENTS) fail(`more than ${MAX_ARGUMENTS} arguments`);
  });
  if (args.length !== argTypes.length) fail(`${args.length} arguments of ${argTypes.length} types`);
  return { serializeType, args, argTypes };
}

/** @throws TranscodeError when the bytes are another message */
export function decodeResponseWrapper(bytes: Buffer): ResponseWrapper {
  let serializeType = '';
  let data: Buffer = Buffer.alloc(0);
  let type = '';
  visitFields(bytes, (number, value) => {
    if (number === SERIALIZE_TYPE) serializeType = value.toString();
    else if (number === BYTES) data = value;
    else if (number === TYPE) type = value.toString();
  });
  return { serializeType, data, type };
}

/** One field with a length, as two pieces: what stands before it, and its bytes. */
export function field(number: number, bytes: Uint8Array): [Buffer, Uint8Array] {
  return [Buffer.from([...varint((number << 3) | LENGTH_DELIMITED), ...varint(bytes.length)]), bytes];
}

export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Visits the fields that have a length; those of other kinds are gone over. */
export function visitFields(bytes: Buffer, visit: (number: number, value: Buffer) => void): void {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const next = bytes[at++];
      if (next === undefined) break;
      if (shift < 49) value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    return fail('a number that does not end');
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    if (number === 0) fail('a field without a number');
    switch (tag & 7) {
      case 0:
        readVarint();
        break;
      case 1:
        at += 8;
        break;
      case 5:
        at += 4;
        break;
      case LENGTH_DELIMITED: {
        const length = readVarint();
        if (length > bytes.length - at) fail('a field that is longer than the message');
        visit(number, bytes.subarray(at, at + length));
        at += length;
        break;
      }
      default:
        fail('a field of an unknown kind');
    }
  }
  if (at > bytes.length) fail('a field that is longer than the message');
}

function fail(problem: string): never {
  throw new TranscodeError(`not the message that Triple carries without a .proto: ${problem}`);
}
