/** HTTP/2 frames for attacks, written without the codec under test. */

export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
  /** None that any document defines. */
  UNKNOWN: 0x42,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(FrameType.SETTINGS, 0, 0),
]);

/** A header block of literals without indexing. */
export function block(headers: readonly (readonly [string, string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const pair of headers) {
    parts.push(Buffer.from([0]));
    for (const text of pair) parts.push(length(Buffer.byteLength(text)), Buffer.from(text));
  }
  return Buffer.concat(parts);
}

function length(count: number): Buffer {
  if (count < 127) return Buffer.from([count]);
  const bytes = [127];
  let rest = count - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

export const GET = block([
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a'],
]);

export function request(stream: number, headers: Buffer = GET): Buffer {
  return frame(FrameType.HEADERS, END_HEADERS | END_STREAM, stream, headers);
}

export interface SeenFrame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frames(bytes: Buffer): SeenFrame[] {
  const seen: SeenFrame[] = [];
  for (let at = 0; at + 9 <= bytes.length; ) {
    const size = bytes.readUIntBE(at, 3);
    if (at + 9 + size > bytes.length) break;
    seen.push({
      type: bytes[at + 3] as number,
      stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + 9, at + 9 + size),
    });
    at += 9 + size;
  }
  return seen;
}

/** Error code of the last GOAWAY, or null. */
export function goawayCode(bytes: Buffer): number | null {
  const last = frames(bytes).findLast((item) => item.type === FrameType.GOAWAY);
  return last === undefined ? null : last.payload.readUInt32BE(4);
}
