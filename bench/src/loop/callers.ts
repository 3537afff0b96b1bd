/** Scripted callers: the bytes of the next calls, and how many answers some bytes end. */
import { BOLT_REQUEST } from '../../load/bolt-frames.ts';
import { DUBBO_REQUEST } from '../../load/dubbo-frames.ts';
import { boltFrameBytes, cutFrames, dubboFrameBytes, endOfHead, http2FrameBytes } from '../../load/frames.ts';
import { encodeFixed, type FixedBlocks } from '../../load/hpack.ts';
import { grpcMessage, http1Request, http2Fields, REQUEST_BODY, RESPONSE_BODY } from '../../load/workload.ts';

export interface Caller {
  /** What goes out before the first call; empty for most. */
  readonly hello: Buffer;
  /** The bytes of `count` calls. Valid until the next call. */
  calls(count: number): Buffer;
  /** Takes what the proxy wrote. */
  onBytes(bytes: Buffer, byteCount: number): void;
}

export type MakeCaller = (onAnswer: () => void, reply: (bytes: Buffer) => void) => Caller;

const NOTHING = Buffer.alloc(0);

/** Frames of one size whose id is a number of 32 bits at `idAt`. */
class FixedFrames implements Caller {
  readonly hello = NOTHING;
  readonly onBytes: Caller['onBytes'];
  readonly #frame: Buffer;
  readonly #idAt: number;
  #out: Buffer = NOTHING;
  #nextId = 1;

  constructor(frame: Buffer, idAt: number, sizeOf: typeof boltFrameBytes, onAnswer: () => void) {
    this.#frame = frame;
    this.#idAt = idAt;
    this.onBytes = cutFrames((bytes, at, to) => {
      const size = to - at < 20 ? 0 : sizeOf(bytes, at, to);
      if (size > 0) onAnswer();
      return size;
    });
  }

  calls(count: number): Buffer {
    const { length } = this.#frame;
    if (this.#out.length !== count * length) {
      this.#out = Buffer.concat(Array.from({ length: count }, () => this.#frame));
    }
    for (let i = 0; i < count; i++) this.#out.writeUInt32BE(this.#nextId++, i * length + this.#idAt);
    return this.#out;
  }
}

class Http1Caller implements Caller {
  readonly hello = NOTHING;
  readonly onBytes: Caller['onBytes'];
  readonly #request = http1Request(null);

  constructor(onAnswer: () => void) {
    this.onBytes = cutFrames((bytes, at, to) => {
      const end = endOfHead(bytes, at, to);
      if (end < 0 || end + RESPONSE_BODY.length > to) return 0;
      onAnswer();
      return end + RESPONSE_BODY.length - at;
    });
  }

  calls(count: number): Buffer {
    if (count !== 1) throw new Error('HTTP/1.1 has one call in flight');
    return this.#request;
  }
}

function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

/** Windows as large as they can be, so that only the proxy counts. */
const HTTP2_HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(4, 0, Buffer.from([0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff])),
  frame(8, 0, Buffer.from([0x7f, 0xff, 0, 0])),
]);

/** Received bytes after which the connection gets new credit. */
const CREDIT_BYTES = 1 << 28;

class Http2Caller implements Caller {
  readonly hello = HTTP2_HELLO;
  readonly onBytes: Caller['onBytes'];
  readonly #message: Buffer | null;
  readonly #blocks: FixedBlocks;
  #out: Buffer = NOTHING;
  #frames: readonly Buffer[] | null = null;
  #nextId = 1;
  #received = 0;

  constructor(grpc: boolean, onAnswer: () => void, reply: (bytes: Buffer) => void) {
    this.#message = grpc ? grpcMessage(REQUEST_BODY) : null;
    this.#blocks = encodeFixed(http2Fields(grpc ? 'grpc' : 'http2'), true);
    this.onBytes = cutFrames((bytes, at, to) => {
      const size = http2FrameBytes(bytes, at, to);
      if (size === 0) return 0;
      const type = bytes[at + 3] as number;
      const flags = bytes[at + 4] as number;
      if (type === 0) this.#count(size - 9, reply);
      if (type <= 1) {
        if ((flags & 1) !== 0) onAnswer();
      } else if (type === 3 || type === 7) throw new Error(`the proxy sent a frame of type ${type}`);
      else if (type === 4 && (flags & 1) === 0) reply(frame(4, 1, NOTHING));
      else if (type === 6 && (flags & 1) === 0) reply(frame(6, 1, Buffer.from(bytes.subarray(at + 9, at + 17))));
      return size;
    });
  }

  calls(count: number): Buffer {
    const first = this.#frames === null;
    this.#frames ??= this.#framesOf(this.#blocks.following);
    const following = this.#frames;
    const bytes = following.reduce((sum, { length }) => sum + length, 0);
    let out = this.#out;
    if (first) {
      const all = [...this.#framesOf(this.#blocks.first)];
      for (let i = 1; i < count; i++) all.push(...following);
      out = Buffer.concat(all);
    } else if (out.length !== count * bytes) {
      out = Buffer.concat(Array.from({ length: count }, () => following).flat());
      this.#out = out;
    }
    for (let at = 0; at < out.length; ) {
      out.writeUInt32BE(this.#nextId, at + 5);
      if (((out[at + 4] as number) & 1) !== 0) this.#nextId += 2;
      at += 9 + out.readUIntBE(at, 3);
    }
    return out;
  }

  #count(bytes: number, reply: (bytes: Buffer) => void): void {
    this.#received += bytes;
    if (this.#received < CREDIT_BYTES) return;
    const increment = Buffer.alloc(4);
    increment.writeUInt32BE(this.#received);
    this.#received = 0;
    reply(frame(8, 0, increment));
  }

  #framesOf(block: Buffer): readonly Buffer[] {
    if (this.#message === null) return [frame(1, 5, block)];
    return [frame(1, 4, block), frame(0, 1, this.#message)];
  }
}

export const CALLERS = {
  http1: (onAnswer) => new Http1Caller(onAnswer),
  http2: (onAnswer, reply) => new Http2Caller(false, onAnswer, reply),
  grpc: (onAnswer, reply) => new Http2Caller(true, onAnswer, reply),
  bolt: (onAnswer) => new FixedFrames(BOLT_REQUEST, 5, boltFrameBytes, onAnswer),
  dubbo: (onAnswer) => new FixedFrames(DUBBO_REQUEST, 8, dubboFrameBytes, onAnswer),
} as const satisfies Readonly<Record<string, MakeCaller>>;

export type LoopProtocol = keyof typeof CALLERS;
