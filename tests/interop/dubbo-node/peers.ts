import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const require = createRequire(import.meta.url);

export const INTERFACE = 'org.example.EchoService';

interface HessianEncoder {
  write(value: unknown): HessianEncoder;
  byteBuffer: { array(): Buffer };
}
interface HessianDecoder {
  read(): unknown;
}
const hessian = require('hessian.js') as {
  EncoderV2: new () => HessianEncoder;
  DecoderV2: new (bytes: Buffer) => HessianDecoder;
};

/** Values one after the other, written by `hessian.js`. */
export function encode(...values: readonly unknown[]): Buffer {
  const encoder = new hessian.EncoderV2();
  for (const value of values) encoder.write(value);
  return Buffer.from(encoder.byteBuffer.array());
}

export function decodeAll(bytes: Buffer, count: number): unknown[] {
  const decoder = new hessian.DecoderV2(bytes);
  return Array.from({ length: count }, () => decoder.read());
}

export function frame(flag: number, status: number, id: Buffer, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb);
  head[2] = flag;
  head[3] = status;
  id.copy(head, 4);
  head.writeUInt32BE(body.length, 12);
  return Buffer.concat([head, body]);
}

/** Cuts a socket's bytes into frames. */
export function onFrames(socket: Socket, visit: (frame: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 16 && held.length >= 16 + held.readUInt32BE(12)) {
      const size = 16 + held.readUInt32BE(12);
      visit(held.subarray(0, size));
      held = held.subarray(size);
    }
  });
  socket.on('error', () => {});
}

export interface Invocation {
  readonly path: unknown;
  readonly method: unknown;
  readonly argument: unknown;
  readonly oneWay: boolean;
  readonly attachments: Readonly<Record<string, unknown>>;
}

export interface Provider {
  readonly port: number;
  readonly calls: Invocation[];
  /** Answers calls of `hold`, the last first. */
  release(): void;
  stop(): Promise<void>;
}

/** A provider on `hessian.js`: what Dubbo's own does with one argument of any type. */
export async function startProvider(port = 0): Promise<Provider> {
  const sockets = new Set<Socket>();
  const calls: Invocation[] = [];
  let held: (() => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onFrames(socket, (bytes) => {
      const flag = bytes[2] as number;
      const id = bytes.subarray(4, 12);
      if ((flag & 0x20) !== 0) {
        if ((flag & 0xc0) === 0xc0) socket.write(frame(0x22, 20, id, encode(null)));
        return;
      }
      const oneWay = (flag & 0x40) === 0;
      const [, path, , method, , argument, attachments] = decodeAll(bytes.subarray(16), 7);
      calls.push({ path, method, argument, oneWay, attachments: attachments as Record<string, unknown> });
      if (oneWay) return;
      const reply = (...body: readonly unknown[]): void =>
        void socket.write(frame(0x02, 20, id, encode(...body, { dubbo: '2.0.2' })));
      if (method === 'fail')
        reply(3, { $class: 'java.lang.IllegalStateException', $: { detailMessage: argument, stackTrace: [] } });
      else if (method === 'large') reply(4, 'y'.repeat(argument as number));
      else if (method === 'hold') held.push(() => reply(4, argument));
      else reply(4, argument);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    release() {
      for (const go of held.toReversed()) go();
      held = [];
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export type Answer = Promise<{ readonly res: unknown; readonly err: Error | null }>;
export type EchoService = Readonly<Record<'echo' | 'fail' | 'hold' | 'size' | 'large', (value: unknown) => Answer>>;

const asString = (value: unknown): unknown[] => [{ $class: 'java.lang.String', $: value }];
const asInt = (value: unknown): unknown[] => [{ $class: 'int', $: value }];

/** An unmodified `dubbo2.js` client; it keeps its connection, and opens another when that is gone. */
export function createConsumer(port: number, timeoutSeconds = 20): EchoService {
  const { DirectlyDubbo } = require('dubbo2.js') as {
    DirectlyDubbo: { from(options: object): { proxyService(service: object): EchoService } };
  };
  const client = DirectlyDubbo.from({
    dubboAddress: `127.0.0.1:${port}`,
    dubboVersion: '2.0.2',
    dubboInvokeTimeout: timeoutSeconds,
  });
  return client.proxyService({
    dubboInterface: INTERFACE,
    version: '1.0',
    group: 'blue',
    methods: { echo: asString, fail: asString, hold: asString, size: asString, large: asInt },
  });
}
