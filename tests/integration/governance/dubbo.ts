/** Dubbo 2 frames for tests, written and read without the codec under test. */

/** A string of Hessian 2; ASCII, shorter than 1024. */
function text(value: string): Buffer {
  const { length } = value;
  return Buffer.concat([
    Buffer.from(length < 32 ? [length] : [0x30 + (length >> 8), length & 0xff]),
    Buffer.from(value),
  ]);
}

function frame(flag: number, status: number, id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb);
  head[2] = flag;
  head[3] = status;
  head.writeUInt32BE(id, 8);
  head.writeUInt32BE(body.length, 12);
  return Buffer.concat([head, body]);
}

const SERVICE = 'com.example.Echo';

/** A call of `com.example.Echo:1.0`, method `echo`. */
export function dubboRequest(id: number, attachments: Readonly<Record<string, string>> = {}): Buffer {
  const pairs = Object.entries({ path: SERVICE, interface: SERVICE, version: '1.0', ...attachments });
  const map = Buffer.concat([
    Buffer.from('H'),
    ...pairs.flatMap(([name, value]) => [text(name), text(value)]),
    Buffer.from('Z'),
  ]);
  const parts = ['2.0.2', SERVICE, '1.0', 'echo', 'Ljava/lang/String;', 'question'].map(text);
  return frame(0xc2, 0, id, Buffer.concat([...parts, map]));
}

/** A value with status 20, an error text with any other. */
export function dubboResponse(id: number, status: number, content: string): Buffer {
  const body = status === 20 ? Buffer.concat([Buffer.from([0x91]), text(content)]) : text(content);
  return frame(0x02, status, id, body);
}

export interface DubboFrame {
  readonly isRequest: boolean;
  readonly status: number;
  readonly id: number;
  readonly body: Buffer;
  readonly size: number;
}

/** The first frame of `bytes`, or null when it is not complete. */
export function readDubbo(bytes: Buffer): DubboFrame | null {
  if (bytes.length < 16) return null;
  const size = 16 + bytes.readUInt32BE(12);
  if (bytes.length < size) return null;
  const flag = bytes[2] as number;
  return {
    isRequest: (flag & 0x80) !== 0 && (flag & 0x20) === 0,
    status: bytes[3] as number,
    id: bytes.readUInt32BE(8),
    body: bytes.subarray(16, size),
    size,
  };
}
