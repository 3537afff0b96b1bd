/** HTTP/2 frames byte by byte, with literals that are not indexed: what any client might write. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export function frame(type: number, flags: number, stream: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

export type Pairs = readonly (readonly [name: string, value: string])[];

const text = (value: string): Buffer => {
  const { length } = value;
  const head = length < 127 ? [length] : [127, ((length - 127) & 0x7f) | 0x80, (length - 127) >> 7];
  return Buffer.concat([Buffer.from(head), Buffer.from(value, 'latin1')]);
};

export function headers(stream: number, pairs: Pairs, end = false): Buffer {
  const block = pairs.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]);
  return frame(1, end ? 5 : 4, stream, Buffer.concat(block));
}

export const data = (stream: number, payload: string | Uint8Array, end = false): Buffer =>
  frame(0, end ? 1 : 0, stream, payload);

export const SETTINGS = frame(4, 0, 0, '');

/** What a consumer of Dubbo 3.3 sends with a call. */
export function request(path: string, extra: Pairs = [], contentType = 'application/grpc+proto'): Pairs {
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', '127.0.0.1:50051'],
    ['content-type', contentType],
    ['te', 'trailers'],
    ...extra,
  ];
}
