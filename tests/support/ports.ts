/** Ports that are to be known before something listens on them, and stay free until then. */
import net from 'node:net';

/** Below the range from which systems take the ports of outgoing connections. */
const LOWEST = 11_000;
const HIGHEST = 32_000;
/** Test files that run side by side at most; each takes its ports from a part of its own. */
const WORKERS = 4;
const SIZE = (HIGHEST - LOWEST) / WORKERS;

/** From 0: the place of this process among those of the run that work side by side. 0 outside of a test run. */
export function workerNumber(): number {
  return Math.max(0, Number(process.env['VITEST_POOL_ID'] ?? 1) - 1) % WORKERS;
}

const begin = LOWEST + workerNumber() * SIZE;
const taken = new Set<number>();
// Another file begins elsewhere: what the last one had may still be closing.
let next = (process.pid * 67) % SIZE;

/**
 * A port of 127.0.0.1 on which nobody listens, and that no outgoing connection and no other worker takes. None twice.
 * @throws Error when all of them are taken
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SIZE; tries++) {
    const port = begin + next;
    next = (next + 1) % SIZE;
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new Error(`no free port from ${begin} to ${begin + SIZE - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
