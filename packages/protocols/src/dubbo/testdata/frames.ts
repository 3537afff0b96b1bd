/** Builds frames field by field, independently of the encoders under test. */
export interface FrameFields {
  readonly flag?: number;
  readonly status?: number;
  readonly idHigh?: number;
  readonly id?: number;
  readonly body?: Buffer;
}

/** A string of Hessian 2; ASCII only. */
export function text(value: string | null): Buffer {
  if (value === null) return Buffer.from('N');
  const { length } = value;
  const head =
    length < 32 ? [length] : length < 1024 ? [0x30 + (length >> 8), length & 0xff] : [0x53, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.from(value)]);
}

/** A map without a type; values are strings or bytes of any value. */
export function map(pairs: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [Buffer.from('H')];
  for (const [name, value] of Object.entries(pairs))
    parts.push(text(name), typeof value === 'string' ? text(value) : value);
  return Buffer.concat([...parts, Buffer.from('Z')]);
}

export function frameBytes({
  flag = 0xc2,
  status = 0,
  idHigh = 0,
  id = 1,
  body = Buffer.alloc(0),
}: FrameFields): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb);
  head[2] = flag;
  head[3] = status;
  head.writeUInt32BE(idHigh, 4);
  head.writeUInt32BE(id, 8);
  head.writeUInt32BE(body.length, 12);
  return Buffer.concat([head, body]);
}

export const SERVICE = 'com.weft.test.EchoService';

export interface RequestFields extends Omit<FrameFields, 'body'> {
  /** Version of the wire. */
  readonly framework?: string;
  readonly path?: string;
  readonly version?: string | null;
  readonly method?: string;
  readonly types?: string;
  /** Encoded arguments. */
  readonly args?: Buffer;
  readonly attachments?: Readonly<Record<string, string | Buffer>>;
  /** In place of the map. */
  readonly tail?: Buffer;
}

export const ATTACHMENTS = { path: SERVICE, interface: SERVICE, version: '1.0', group: 'g', timeout: '3000' };

/** A request as Dubbo 2.7 writes it. */
export function request(fields: RequestFields = {}): Buffer {
  const { path = SERVICE, version = '1.0', method = 'echo', types = 'Ljava/lang/String;' } = fields;
  const body = Buffer.concat([
    text(fields.framework ?? '2.0.2'),
    text(path),
    text(version),
    text(method),
    text(types),
    fields.args ?? text('question'),
    fields.tail ?? map(fields.attachments ?? ATTACHMENTS),
  ]);
  return frameBytes({ ...fields, body });
}

/** An answer with a value and attachments. */
export function response(fields: FrameFields = {}): Buffer {
  return frameBytes({
    flag: 0x02,
    status: 20,
    body: Buffer.concat([Buffer.from([0x94]), text('answer'), map({ dubbo: '2.0.2' })]),
    ...fields,
  });
}
