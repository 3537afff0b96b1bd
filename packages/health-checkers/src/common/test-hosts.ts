/** Hosts for the tests of health checks: real sockets of this process, on ports of the system's choice. */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { HealthProbe, HealthResult, HealthTarget } from '@weft/sdk';

/** Far beyond what any of these checks takes; a test that meets it hangs elsewhere. */
const LONG_MS = 15_000;
/** For hosts that never answer. */
export const SHORT_MS = 30;

export const at = (port: number): HealthTarget => ({ host: '127.0.0.1', port, path: '', hostname: '' });

/** Everything that a test opened, closed by `close`. */
export class TestHosts {
  readonly #closers: (() => unknown)[] = [];

  /** Listens; `serve` is told each connection, and each one is closed with the host. */
  async listen(serve: (socket: Socket) => void, path = ''): Promise<HealthTarget> {
    const sockets = new Set<Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      serve(socket);
    });
    server.listen(path === '' ? { port: 0, host: '127.0.0.1' } : { path });
    await once(server, 'listening');
    this.#closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return path === '' ? at((server.address() as AddressInfo).port) : { host: '', port: 0, path, hostname: '' };
  }

  /** A port that nobody listens on any more. */
  async refusing(): Promise<HealthTarget> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return at(port);
  }

  /** A host that does not even accept: its thread stands still and its queue of two is full. */
  async stuck(): Promise<HealthTarget> {
    const worker = new Worker(STUCK_HOST, { eval: true, execArgv: [] });
    this.#closers.push(() => worker.terminate());
    const [port] = (await once(worker, 'message')) as [number];
    for (let i = 0; i < 2; i++) {
      const socket = net.connect({ port, host: '127.0.0.1' });
      socket.on('error', () => {});
      this.#closers.push(() => socket.destroy());
      await once(socket, 'connect');
    }
    return at(port);
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer();
  }
}

const STUCK_HOST = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Resolves when the connection is gone, however it ended. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** One check; rejects when it calls back within `check`, or twice before the next turn of the loop. */
export function check(probe: HealthProbe, target: HealthTarget, timeoutMs = LONG_MS): Promise<HealthResult> {
  return new Promise((resolve, reject) => {
    let returned = false;
    let calls = 0;
    probe.check(target, timeoutMs, (result) => {
      calls++;
      if (!returned) reject(new Error('the result came before check returned'));
      if (calls > 1) reject(new Error('the result came twice'));
      setImmediate(resolve, result);
    });
    returned = true;
  });
}
