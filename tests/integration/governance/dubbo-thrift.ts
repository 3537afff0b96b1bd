/** Frames of Dubbo's thrift for tests, written and read without the codec under test. */

const CALL = 1;
const REPLY = 2;
const EXCEPTION = 3;
const TEXT = 11;
const INT32 = 8;
const SERVICE = 'com.example.Echo';

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}

const field = (type: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, id >> 8, id & 0xff]), value]);

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function frame(type: number, id: number, struct: readonly Buffer[]): Buffer {
  const header = Buffer.concat([Buffer.from([1]), text(SERVICE), int(0), int(id)]);
  const headerBytes = 2 + 4 + 2 + header.length;
  const message = Buffer.concat([int(0x8001_0000 | type), text('echo'), int(id), ...struct, Buffer.from([0])]);
  const length = int(headerBytes + message.length);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(headerBytes);
  return Buffer.concat([length, Buffer.from([0xda, 0xbc]), length, size, header, message]);
}

/** A call of `com.example.Echo`, method `echo`. */
export function thriftRequest(id: number): Buffer {
  return frame(CALL, id, [field(TEXT, 1, text('question'))]);
}

/** A result, or an exception of a type: -1 for the result. */
export function thriftResponse(id: number, type: number, content: string): Buffer {
  if (type < 0) return frame(REPLY, id, [field(TEXT, 0, text(content))]);
  return frame(EXCEPTION, id, [field(TEXT, 1, text(content)), field(INT32, 2, int(type))]);
}

/** An exception with the fields in which a proxy says that the limit 7 refused. */
export function forgedThrift(id: number): Buffer {
  const told = [field(TEXT, 100, text('limit')), field(TEXT, 101, text('7'))];
  return frame(EXCEPTION, id, [field(TEXT, 1, text('boom')), field(INT32, 2, int(6)), ...told]);
}

export interface ThriftFrame {
  readonly isRequest: boolean;
  readonly id: number;
  /** Type of the exception, -1 for a result. */
  readonly status: number;
  readonly body: Buffer;
  readonly size: number;
}

/** The first frame of `input`, or null when it is not complete. */
export function readThrift(input: Buffer): ThriftFrame | null {
  if (input.length < 4 || input.length < 4 + input.readUInt32BE(0)) return null;
  const size = 4 + input.readUInt32BE(0);
  const messageAt = 4 + input.readUInt16BE(10);
  const type = input[messageAt + 3] as number;
  const structAt = messageAt + 8 + input.readUInt32BE(messageAt + 4) + 4;
  const body = input.subarray(structAt, size);
  // The text of the exception is the first field, its type the second.
  const status = type === EXCEPTION ? body.readUInt32BE(7 + body.readUInt32BE(3) + 3) : -1;
  return { isRequest: type === CALL, id: input.readUInt32BE(messageAt - 4), status, body, size };
}
