/**
 * Backends with fixed answers, one per protocol, as cheap as they can be: they share a core with the load generator.
 *
 *   node backend.ts [http1=PORT] [http2=PORT] [grpc=PORT] [bolt=PORT] [dubbo=PORT] [tcp=PORT]
 *
 * Prints `ready` and then serves until it is ended. A request body that is not the one the generator sends is answered
 * with an error status, so bytes damaged on the way there show up in the generator's counts.
 */

import type net from 'node:net';
import { pathToFileURL } from 'node:url';
import { BOLT_REQUEST, BOLT_RESPONSE } from './bolt-frames.ts';
import { DUBBO_REQUEST, DUBBO_RESPONSE } from './dubbo-frames.ts';
import { boltFrameBytes, contentLength, cutFrames, dubboFrameBytes, endOfHead, http2FrameBytes } from './frames.ts';
import { encodeFixed } from './hpack.ts';
import { listenRaw, type OnBytes, type RawSocket } from './raw.ts';
import { grpcMessage, http1Response, LARGE_BODY, REQUEST_BODY, RESPONSE_BODY } from './workload.ts';

const HTTP1_OK = http1Response(RESPONSE_BODY);
const HTTP1_LARGE = http1Response(LARGE_BODY);
const HTTP1_DAMAGED = Buffer.from('HTTP/1.1 500 Damaged\r\ncontent-length: 0\r\n\r\n');
const BOLT_DAMAGED = Buffer.from(BOLT_RESPONSE);
BOLT_DAMAGED[11] = 1;

function serveHttp1(socket: RawSocket): OnBytes {
  let bodyLeft = 0;
  return cutFrames((bytes, at, to) => {
    if (bodyLeft > 0) {
      // Bodies that no answer depends on any more (those of slow senders) are dropped as they come.
      const part = Math.min(bodyLeft, to - at);
      bodyLeft -= part;
      if (bodyLeft === 0) socket.send(HTTP1_OK);
      return part;
    }
    const end = endOfHead(bytes, at, to);
    if (end < 0) return 0;
    if (bytes[at] === 71) {
      socket.send(bytes[at + 5] === 108 ? HTTP1_LARGE : HTTP1_OK);
      return end - at;
    }
    const body = contentLength(bytes, at, end);
    if (body > REQUEST_BODY.length) {
      bodyLeft = body;
      return end - at;
    }
    if (body < 0 || end + body > to) return body < 0 ? drainChunked(socket, bytes, at, end, to) : 0;
    const intact = body === 0 || (body === REQUEST_BODY.length && REQUEST_BODY.compare(bytes, end, end + body) === 0);
    socket.send(intact ? HTTP1_OK : HTTP1_DAMAGED);
    return end + body - at;
  });
}

/** Some proxies turn a body into chunks; it is only looked for its end then. */
function drainChunked(socket: RawSocket, bytes: Buffer, at: number, end: number, to: number): number {
  const last = bytes.subarray(end, to).indexOf('0\r\n\r\n');
  if (last < 0) return 0;
  socket.send(HTTP1_OK);
  return end + last + 5 - at;
}

function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

const HTTP2_WINDOW = 0x7fffffff;
const HTTP2_HELLO = Buffer.concat([
  frame(4, 0, Buffer.from([0, 3, 0, 1, 0x86, 0xa0, 0, 4, 0x7f, 0xff, 0xff, 0xff])),
  frame(8, 0, Buffer.from([0x7f, 0xff, 0, 0])),
]);

/** Answers of one kind of HTTP/2 connection: the frames of the first response and of all others, ids still zero. */
function http2Answers(grpc: boolean, indexed: boolean): { first: Buffer[]; following: Buffer[]; dataBytes: number } {
  const fields: [string, string][] = [
    [':status', '200'],
    ['server', 'bench'],
    ['date', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ['content-type', grpc ? 'application/grpc' : 'text/html; charset=utf-8'],
  ];
  if (!grpc) fields.push(['content-length', String(RESPONSE_BODY.length)]);
  const blocks = encodeFixed(fields, indexed);
  const data = grpc ? grpcMessage(RESPONSE_BODY) : RESPONSE_BODY;
  const tail = grpc
    ? [frame(0, 0, data), frame(1, 5, encodeFixed([['grpc-status', '0']], false).following)]
    : [frame(0, 1, data)];
  return {
    first: [frame(1, 4, blocks.first), ...tail],
    following: [frame(1, 4, blocks.following), ...tail],
    dataBytes: data.length,
  };
}

function serveHttp2(grpc: boolean): (socket: RawSocket) => OnBytes {
  const indexed = http2Answers(grpc, true);
  const plain = http2Answers(grpc, false);
  return (socket) => {
    let answers = indexed;
    let prefaceLeft = 24;
    let answered = false;
    let window = 65535;
    let received = 0;
    const waiting: number[] = [];
    const answer = (streamId: number): void => {
      if (window < answers.dataBytes) {
        waiting.push(streamId);
        return;
      }
      window -= answers.dataBytes;
      for (const part of answered ? answers.following : answers.first) {
        const place = socket.send(part);
        socket.output.writeUInt32BE(streamId, place + 5);
      }
      answered = true;
    };
    socket.send(HTTP2_HELLO);
    return cutFrames((bytes, at, to) => {
      if (prefaceLeft > 0) {
        if (to - at < prefaceLeft) return 0;
        prefaceLeft = 0;
        return 24;
      }
      const size = http2FrameBytes(bytes, at, to);
      if (size === 0) return 0;
      const type = bytes[at + 3] as number;
      const flags = bytes[at + 4] as number;
      if (type <= 1) {
        if (type === 0) received += size - 9;
        if (received > HTTP2_WINDOW >> 1) {
          const place = socket.send(frame(8, 0, Buffer.alloc(4)));
          socket.output.writeUInt32BE(received, place + 9);
          received = 0;
        }
        if ((flags & 1) !== 0) answer(bytes.readUInt32BE(at + 5));
      } else if (type === 4 && (flags & 1) === 0) {
        // nginx announces a header table of zero bytes: nothing may be indexed then.
        for (let setting = at + 9; setting < at + size; setting += 6) {
          if (bytes.readUInt16BE(setting) === 1 && bytes.readUInt32BE(setting + 2) < 4096) answers = plain;
        }
        socket.send(frame(4, 1, Buffer.alloc(0)));
      } else if (type === 6 && (flags & 1) === 0) {
        socket.send(frame(6, 1, Buffer.from(bytes.subarray(at + 9, at + 17))));
      } else if (type === 8 && bytes.readUInt32BE(at + 5) === 0) {
        window += bytes.readUInt32BE(at + 9);
        while (waiting.length > 0 && window >= answers.dataBytes) answer(waiting.shift() as number);
      }
      return size;
    });
  };
}

function serveBolt(socket: RawSocket): OnBytes {
  return cutFrames((bytes, at, to) => {
    if (to - at < 20) return 0;
    const size = boltFrameBytes(bytes, at, to);
    if (size === 0) return 0;
    if (bytes[at + 3] === 0) {
      const place = socket.send(Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
      bytes.copy(socket.output, place + 5, at + 5, at + 9);
      return size;
    }
    const intact = size === BOLT_REQUEST.length && BOLT_REQUEST.compare(bytes, at + 9, at + size, 9) === 0;
    const place = socket.send(intact ? BOLT_RESPONSE : BOLT_DAMAGED);
    bytes.copy(socket.output, place + 5, at + 5, at + 9);
    return size;
  });
}

const DUBBO_DAMAGED = Buffer.from(DUBBO_RESPONSE);
DUBBO_DAMAGED[3] = 50;
const DUBBO_ACK = Buffer.from('dabb22140000000000000000000000014e', 'hex');

function serveDubbo(socket: RawSocket): OnBytes {
  return cutFrames((bytes, at, to) => {
    const size = dubboFrameBytes(bytes, at, to);
    if (size === 0) return 0;
    const isEvent = ((bytes[at + 2] as number) & 0x20) !== 0;
    const intact = size === DUBBO_REQUEST.length && DUBBO_REQUEST.compare(bytes, at + 16, at + size, 16) === 0;
    const place = socket.send(isEvent ? DUBBO_ACK : intact ? DUBBO_RESPONSE : DUBBO_DAMAGED);
    bytes.copy(socket.output, place + 4, at + 4, at + 12);
    return size;
  });
}

/** Bytes between acknowledgements of the byte sink. */
export const ACK_BYTES = 1 << 20;

function serveTcp(socket: RawSocket): OnBytes {
  const pattern = Buffer.concat(Array.from({ length: 64 }, () => REQUEST_BODY));
  let position = 0;
  let intact = true;
  return (bytes, byteCount) => {
    // The stream repeats the 1 KB pattern; each piece is compared at its own offset.
    const offset = position % REQUEST_BODY.length;
    const whole = Math.min(byteCount, pattern.length - offset);
    if (bytes.compare(pattern, offset, offset + whole, 0, whole) !== 0) intact = false;
    const acks = Math.floor((position + byteCount) / ACK_BYTES) - Math.floor(position / ACK_BYTES);
    position += byteCount;
    if (acks > 0) socket.send(Buffer.alloc(acks, intact ? 107 : 120));
  };
}

export const BACKENDS = {
  http1: serveHttp1,
  http2: serveHttp2(false),
  grpc: serveHttp2(true),
  bolt: serveBolt,
  dubbo: serveDubbo,
  tcp: serveTcp,
} as const;

export type BackendProtocol = keyof typeof BACKENDS;

/** Starts one backend on loopback; port 0 picks a free port. */
export function startBackend(protocol: BackendProtocol, port: number): Promise<net.Server> {
  return listenRaw(port, BACKENDS[protocol]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const argument of process.argv.slice(2)) {
    const [protocol, port] = argument.split('=');
    await startBackend(protocol as BackendProtocol, Number(port));
  }
  process.stdout.write('ready\n');
  process.on('SIGTERM', () => process.exit(0));
}
