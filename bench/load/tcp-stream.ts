/** Pushes bytes through connections as fast as they go: 64 KB writes to a sink that acknowledges every MiB. */
import net from 'node:net';
import { ACK_BYTES } from './backend.ts';
import { REQUEST_BODY } from './workload.ts';

export interface StreamOptions {
  readonly port: number;
  readonly connections: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

export interface StreamResult {
  /** Bytes that the sink has acknowledged in the measured part. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly measuredMs: number;
  readonly errors: number;
  readonly errorKinds: Readonly<Record<string, number>>;
}

const CHUNK = Buffer.concat(Array.from({ length: 64 }, () => REQUEST_BODY));

export async function runStream(
  options: StreamOptions,
  onMeasuring: () => void = () => {},
  onMeasured: () => void = () => {},
): Promise<StreamResult> {
  const errorKinds: Record<string, number> = {};
  let errors = 0;
  let acked = 0;
  let stopping = false;
  const fail = (kind: string): void => {
    if (stopping) return;
    errors++;
    errorKinds[kind] = (errorKinds[kind] ?? 0) + 1;
  };
  const sockets: net.Socket[] = [];
  for (let index = 0; index < options.connections; index++) {
    const socket = net.connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.on('close', () => fail('closed'));
    socket.on('data', (acks: Buffer) => {
      acked += acks.length * ACK_BYTES;
      if (acks.includes(120)) fail('wrong bytes');
    });
    sockets.push(socket);
  }
  // A write that the kernel takes at once completes within the turn; yielding lets acknowledgements in between.
  const push = (socket: net.Socket): void => {
    if (!stopping && !socket.destroyed) socket.write(CHUNK, () => setImmediate(push, socket));
  };
  for (const socket of sockets) push(socket);
  await new Promise((resolve) => setTimeout(resolve, options.warmupMs));
  const before = acked;
  const beganMs = performance.now();
  onMeasuring();
  await new Promise((resolve) => setTimeout(resolve, options.durationMs));
  const measuredMs = performance.now() - beganMs;
  const bytes = acked - before;
  onMeasured();
  stopping = true;
  for (const socket of sockets) socket.destroy();
  return { bytes, bytesPerSecond: (bytes * 1000) / measuredMs, measuredMs, errors, errorKinds };
}
