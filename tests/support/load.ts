/**
 * The load of the bench, from a process of its own and against backends of their own: what runs inside the process of the
 * test would be the limit long before the proxy is. What was started ends behind each test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const LOAD = fileURLToPath(new URL('../../bench/load/', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@weft/source', path.join(LOAD, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Whether something listens there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export interface LoadResult {
  readonly completed: number;
  readonly requestsPerSecond: number;
  readonly errors: number;
  readonly errorKinds: Readonly<Record<string, number>>;
  readonly latency: { readonly p99: number; readonly max: number };
}

/** A backend of HTTP/2 in a process of its own. */
export function runBackend(port: number): void {
  run('backend.ts', [`http2=${port}`]);
}

/** Starts a load of HTTP/2 at a fixed rate that ends when it is stopped; `began` resolves when its warm-up is over. */
export function startLoad(
  port: number,
  { ratePerSecond, limitMs }: { readonly ratePerSecond: number; readonly limitMs: number },
): { began: Promise<void>; stop(): Promise<LoadResult> } {
  const job = {
    kind: 'requests',
    protocol: 'http2',
    port,
    connections: 20,
    inFlight: 10,
    ratePerSecond,
    warmupMs: 2000,
    durationMs: limitMs,
    requests: 0,
    requestBody: false,
  };
  const child = run('main.ts', [JSON.stringify(job)]);
  let began = (): void => {};
  let ended = (_result: LoadResult): void => {};
  const result = new Promise<LoadResult>((resolve) => {
    ended = resolve;
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const event = JSON.parse(line) as { event: string };
    if (event.event === 'measuring') began();
    if (event.event === 'result') ended(event as unknown as LoadResult);
  });
  return {
    began: new Promise((resolve) => {
      began = resolve;
    }),
    stop: () => {
      child.kill('SIGTERM');
      return result;
    },
  };
}
