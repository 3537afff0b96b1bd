/** Bolt frames for tests, written and read without the codec under test. */

export interface BoltParts {
  readonly id: number;
  readonly proto?: 1 | 2;
  readonly className?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Buffer | string;
  readonly oneWay?: boolean;
  readonly timeoutMs?: number;
  /** Claims this content length in place of the real one. */
  readonly claimedLength?: number;
}

function pairs(headers: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  for (const text of Object.entries(headers).flat()) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    parts.push(length, Buffer.from(text));
  }
  return Buffer.concat(parts);
}

export function boltRequest(parts: BoltParts): Buffer {
  const { proto = 1 } = parts;
  const className = Buffer.from(parts.className ?? 'com.alipay.sofa.rpc.core.request.SofaRequest');
  const header = pairs(parts.headers ?? { service: 'com.example.Echo:1.0', sofa_head_method_name: 'echo' });
  const content = Buffer.from(parts.content ?? 'content');
  const fixed = Buffer.alloc(proto === 1 ? 22 : 24);
  let at = 0;
  fixed[at++] = proto;
  if (proto === 2) fixed[at++] = 1;
  fixed[at++] = parts.oneWay === true ? 2 : 1;
  at = fixed.writeUInt16BE(1, at);
  fixed[at++] = 1;
  at = fixed.writeUInt32BE(parts.id >>> 0, at);
  fixed[at++] = 1;
  if (proto === 2) fixed[at++] = 0;
  at = fixed.writeInt32BE(parts.timeoutMs ?? 10_000, at);
  at = fixed.writeUInt16BE(className.length, at);
  at = fixed.writeUInt16BE(header.length, at);
  fixed.writeUInt32BE(parts.claimedLength ?? content.length, at);
  return Buffer.concat([fixed, className, header, content]);
}

export function boltResponse(
  id: number,
  content: Buffer | string,
  status = 0,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const body = Buffer.from(content);
  const header = pairs(headers);
  const fixed = Buffer.alloc(20);
  fixed[0] = 1;
  fixed.writeUInt16BE(2, 2);
  fixed[4] = 1;
  fixed.writeUInt32BE(id >>> 0, 5);
  fixed[9] = 1;
  fixed.writeUInt16BE(status, 10);
  fixed.writeUInt16BE(header.length, 14);
  fixed.writeUInt32BE(body.length, 16);
  return Buffer.concat([fixed, header, body]);
}

export function heartbeatAck(id: number): Buffer {
  const frame = Buffer.alloc(20);
  frame[0] = 1;
  frame[4] = 1;
  frame.writeUInt32BE(id >>> 0, 5);
  frame[9] = 1;
  return frame;
}

export interface BoltFrame {
  readonly type: number;
  readonly command: number;
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
  readonly size: number;
}

function readPairs(bytes: Buffer): Record<string, string> {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    texts.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return Object.fromEntries(texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : [])));
}

/** The first frame of `bytes` (either version, without CRC), or null when it is not complete. */
export function readFrame(bytes: Buffer): BoltFrame | null {
  if (bytes.length < 24 && !(bytes[0] === 1 && bytes.length >= 20)) return null;
  const shift = bytes[0] === 2 ? 1 : 0;
  const type = bytes[shift + 1] as number;
  const command = bytes.readUInt16BE(shift + 2);
  const id = bytes.readUInt32BE(shift + 5);
  const response = type === 0;
  const verb = shift * 2 + 10;
  const status = response ? bytes.readUInt16BE(verb) : 0;
  const lengths = verb + (response ? 2 : 4);
  if (bytes.length < lengths + 8) return null;
  const contentAt = lengths + 8 + bytes.readUInt16BE(lengths) + bytes.readUInt16BE(lengths + 2);
  const size = contentAt + bytes.readUInt32BE(lengths + 4);
  if (bytes.length < size) return null;
  const headers = readPairs(bytes.subarray(contentAt - bytes.readUInt16BE(lengths + 2), contentAt));
  return { type, command, id, status, headers, content: bytes.subarray(contentAt, size), size };
}

/** Status of the first response in `bytes`, or null. */
export function boltStatus(bytes: Buffer): number | null {
  return readFrame(bytes)?.status ?? null;
}

/** Cuts a stream into frames. */
export class BoltReader {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): BoltFrame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: BoltFrame[] = [];
    for (let frame = readFrame(this.#rest); frame !== null; frame = readFrame(this.#rest)) {
      frames.push({ ...frame, content: Buffer.from(frame.content) });
      this.#rest = this.#rest.subarray(frame.size);
    }
    return frames;
  }
}
