/** Builds frames field by field, independently of the encoders under test. */
export const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

export const SERVANT = 'Demo.EchoServer.EchoObj';

/** A text of at most 255 bytes. */
export function text(tag: number, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(tag << 4) | 6, bytes.length]), bytes]);
}

export function frame(...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(4 + body.length);
  return Buffer.concat([head, body]);
}

/** `7d 00` or `6d 00`, the length, the bytes. */
export function buffer(tag: number, value: Buffer): Buffer {
  const length = Buffer.alloc(5);
  length[0] = 2;
  length.writeUInt32BE(value.length, 1);
  return Buffer.concat([Buffer.from([(tag << 4) | 0x0d, 0]), length, value]);
}

export interface RequestFields {
  readonly version?: number;
  readonly oneWay?: boolean;
  readonly id?: number;
  readonly servant?: string;
  readonly method?: string;
  /** Everything from the buffer on. */
  readonly content?: Buffer;
}

export function request(fields: RequestFields = {}): Buffer {
  const { version = 1, oneWay = false, id = 42, servant = SERVANT, method = 'echo' } = fields;
  const idField = Buffer.alloc(5);
  idField[0] = 0x42;
  idField.writeInt32BE(id, 1);
  return frame(
    Buffer.from([0x10, version]),
    oneWay ? hex('2001') : hex('2c'),
    hex('3c'),
    idField,
    text(5, servant),
    text(6, method),
    fields.content ?? buffer(7, Buffer.from('question')),
  );
}

/** An answer to the first request of a client. */
export function answer(content: Buffer = buffer(6, Buffer.from('answer')), ret = '5c'): Buffer {
  return frame(hex('1001 2c 3001 4c'), hex(ret), content);
}
