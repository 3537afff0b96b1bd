import { TranscodeError } from '@weft/sdk';
import { field, visitFields } from '../common/proto/index.ts';

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

function fail(problem: string): never {
  throw new TranscodeError(`not the message that Triple carries without a .proto: ${problem}`);
}
