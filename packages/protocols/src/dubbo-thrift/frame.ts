import { writeUint32 } from '../common/framed/uint32.ts';

/**
 * Dubbo's thrift on the wire, all integers big-endian.
 *
 *     frame(4) | magic(2) dabc | message(4) | header(2) | version(1) | service | [path] | id(8)
 *     message  version and type(4) 800100tt | name | sequence(4) | a struct: arguments, result or exception
 *
 *     frame, message   both the bytes behind `frame`
 *     header           bytes from the magic up to and with the id, which so are the last eight of it
 *     service, path    text: length(4), UTF-8; requests since 2.7 have the path, answers and older ones do not
 *     type             1 call, 2 reply, 3 exception, 4 one-way
 *
 * Up to the sequence it is the head, the struct is the content.
 */
export const MAGIC = 0xdabc;
export const FRAME_BYTES = 4;
export const MAGIC_AT = 4;
export const MESSAGE_LENGTH_AT = 6;
export const HEADER_LENGTH_AT = 10;
export const VERSION_AT = 12;
export const SERVICE_AT = 13;
export const ID_BYTES = 8;
/** From the magic on, with an empty service. */
export const MIN_HEADER_BYTES = 21;
/** The upper half of what a strict message begins with. */
export const THRIFT_VERSION = 0x8001;

export const MessageType = { CALL: 1, REPLY: 2, EXCEPTION: 3, ONE_WAY: 4 } as const;

export const FieldType = { STOP: 0, INT32: 8, TEXT: 11 } as const;

/** What an answer of our own echoes of its request. */
export interface AskedBy {
  /** From the service up to the id: the names in the form that the caller uses. */
  readonly names: Uint8Array;
  readonly idHigh: number;
  readonly idLow: number;
  readonly method: string;
  readonly sequence: number;
}

/** Fields of the exception that clients skip, as they do with every one that they do not know. */
export const EXCEPTION_TYPE_FIELD = 2;
export const REJECT_FIELD = 100;
export const RULE_FIELD = 101;

/** Which rule refused, in fields of its own. */
function refusalFields(told: readonly (readonly [field: number, value: string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [field, value] of told) {
    const text = Buffer.from(value);
    const head = Buffer.alloc(7);
    head[0] = FieldType.TEXT;
    head[2] = field;
    writeUint32(head, 3, text.length);
    parts.push(head, text);
  }
  return Buffer.concat(parts);
}

/** A whole answer that carries a TApplicationException. */
export function exceptionFrame(
  request: AskedBy,
  type: number,
  message: string,
  told: readonly (readonly [field: number, value: string])[] = [],
): Buffer {
  const text = Buffer.from(message);
  const fields = Buffer.alloc(FIELD_HEAD_BYTES + 4 + text.length + FIELD_HEAD_BYTES + 4);
  fields[0] = FieldType.TEXT;
  fields[2] = 1;
  writeUint32(fields, FIELD_HEAD_BYTES, text.length);
  fields.set(text, FIELD_HEAD_BYTES + 4);
  const typeAt = FIELD_HEAD_BYTES + 4 + text.length;
  fields[typeAt] = FieldType.INT32;
  fields[typeAt + 2] = EXCEPTION_TYPE_FIELD;
  writeUint32(fields, typeAt + FIELD_HEAD_BYTES, type);
  return answerFrame(request, MessageType.EXCEPTION, Buffer.concat([fields, refusalFields(told), STOP]));
}

/** Type and number of a field. */
const FIELD_HEAD_BYTES = 3;
const STOP = Buffer.from([FieldType.STOP]);

/** A whole answer around a struct. */
export function answerFrame({ names, idHigh, idLow, method, sequence }: AskedBy, type: number, struct: Buffer): Buffer {
  const name = Buffer.from(method);
  const headerEnd = SERVICE_AT + names.length + ID_BYTES;
  const structAt = headerEnd + 4 + 4 + name.length + 4;
  const frame = Buffer.alloc(structAt + struct.length);
  writeUint32(frame, 0, frame.length - FRAME_BYTES);
  frame.writeUInt16BE(MAGIC, MAGIC_AT);
  writeUint32(frame, MESSAGE_LENGTH_AT, frame.length - FRAME_BYTES);
  frame.writeUInt16BE(headerEnd - FRAME_BYTES, HEADER_LENGTH_AT);
  frame[VERSION_AT] = 1;
  frame.set(names, SERVICE_AT);
  writeUint32(frame, headerEnd - 8, idHigh);
  writeUint32(frame, headerEnd - 4, idLow);
  writeUint32(frame, headerEnd, ((THRIFT_VERSION << 16) | type) >>> 0);
  writeUint32(frame, headerEnd + 4, name.length);
  frame.set(name, headerEnd + 8);
  writeUint32(frame, headerEnd + 8 + name.length, sequence);
  frame.set(struct, structAt);
  return frame;
}
