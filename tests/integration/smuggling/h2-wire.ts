/** HTTP/2 as an attacker writes it: fields are literals without index and without Huffman, so any byte can be in them. */

type Fields = readonly (readonly [name: string, value: string])[];

const FrameType = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, GOAWAY: 7 } as const;
const END_STREAM = 1;
const END_HEADERS = 4;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An integer with a prefix of 7 bits (RFC 7541 section 5.1), then the bytes. */
function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length: number[] = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  length.push(rest);
  return Buffer.concat([Buffer.from(length), bytes]);
}

function block(fields: Fields): Buffer {
  return Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), literal(name), literal(value)])));
}

/** Preface, settings and one request on stream 1. */
export function h2Request(fields: Fields, body: string | null, trailers: Fields | undefined): string {
  const last = (more: boolean): number => (more ? 0 : END_STREAM);
  const parts = [
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
    frame(FrameType.SETTINGS, 0, 0, Buffer.alloc(0)),
    frame(FrameType.HEADERS, END_HEADERS | last(body !== null || trailers !== undefined), 1, block(fields)),
  ];
  if (body !== null) parts.push(frame(FrameType.DATA, last(trailers !== undefined), 1, Buffer.from(body, 'latin1')));
  if (trailers !== undefined) parts.push(frame(FrameType.HEADERS, END_HEADERS | END_STREAM, 1, block(trailers)));
  return Buffer.concat(parts).toString('latin1');
}

/** Stream 1 has been answered to its end or reset, or the connection is given up. */
export function isAnswered(received: string): boolean {
  const bytes = Buffer.from(received, 'latin1');
  let at = 0;
  while (at + 9 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const type = bytes[at + 3];
    const flags = bytes[at + 4] as number;
    if (at + 9 + length > bytes.length) return false;
    if (type === FrameType.RST_STREAM || type === FrameType.GOAWAY) return true;
    if ((type === FrameType.HEADERS || type === FrameType.DATA) && (flags & END_STREAM) !== 0) return true;
    at += 9 + length;
  }
  return false;
}
