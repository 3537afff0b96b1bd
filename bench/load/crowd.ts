/** Connections that do little: idle ones, and peers that read or send very slowly. All speak HTTP/1.1. */
import net from 'node:net';
import { http1Request, LARGE_PATH } from './workload.ts';

export interface Crowd {
  /** Connections that are open now. */
  readonly open: number;
  close(): void;
}

const CONNECT_BATCH = 100;
const SLOW_STEP_MS = 250;
/** A crowd moves in so many parts, one after the other: slow peers have no common clock, and in step they would be a burst. */
const SLOW_PARTS = 25;
/** What a slow reader takes and a slow sender sends each second. */
const SLOW_BYTES_PER_SECOND = 2048;

async function connectMany(
  port: number,
  count: number,
  prepare: (socket: net.Socket) => Promise<void>,
): Promise<Set<net.Socket>> {
  const sockets = new Set<net.Socket>();
  for (let opened = 0; opened < count; opened += CONNECT_BATCH) {
    const batch = Array.from({ length: Math.min(CONNECT_BATCH, count - opened) }, async () => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
      socket.on('error', () => {});
      await prepare(socket);
    });
    await Promise.all(batch);
  }
  return sockets;
}

/** Lets each of `sockets` make a step every `SLOW_STEP_MS`, spread evenly over that time. */
function everyStep(sockets: ReadonlySet<net.Socket>, step: (socket: net.Socket) => void): NodeJS.Timeout {
  const parts = Array.from({ length: SLOW_PARTS }, (): net.Socket[] => []);
  let next = 0;
  for (const socket of sockets) parts[next++ % SLOW_PARTS]?.push(socket);
  return setInterval(() => {
    for (const socket of parts[next++ % SLOW_PARTS] ?? []) if (!socket.destroyed) step(socket);
  }, SLOW_STEP_MS / SLOW_PARTS);
}

function crowdOf(sockets: Set<net.Socket>, timer?: NodeJS.Timeout): Crowd {
  return {
    get open(): number {
      return sockets.size;
    },
    close(): void {
      if (timer !== undefined) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Opens connections that have had one request each and then say nothing. */
export async function openIdle(port: number, count: number): Promise<Crowd> {
  const request = http1Request(null);
  const sockets = await connectMany(port, count, async (socket) => {
    socket.write(request);
    await new Promise<void>((resolve, reject) => {
      let received = 0;
      const onData = (bytes: Buffer): void => {
        received += bytes.length;
        if (received < 1024) return;
        socket.off('data', onData);
        resolve();
      };
      socket.on('data', onData);
      socket.once('close', () => reject(new Error('closed before it was idle')));
    });
  });
  return crowdOf(sockets);
}

/** Opens callers that ask for 1 MiB and read 2 KiB of it per second. */
export async function openSlowReaders(port: number, count: number): Promise<Crowd> {
  const request = http1Request(null, LARGE_PATH);
  const sockets = await connectMany(port, count, async (socket) => {
    socket.pause();
    socket.write(request);
  });
  const step = Math.round((SLOW_BYTES_PER_SECOND * SLOW_STEP_MS) / 1000);
  return crowdOf(
    sockets,
    everyStep(sockets, (socket) => socket.read(step)),
  );
}

/** Opens callers that announce a body of 1 MiB and send 2 KiB of it per second. */
export async function openSlowSenders(port: number, count: number): Promise<Crowd> {
  const head = http1Request(null)
    .toString('latin1')
    .replace('GET', 'POST')
    .replace('\r\n\r\n', '\r\ncontent-length: 1048576\r\n\r\n');
  const sockets = await connectMany(port, count, async (socket) => {
    socket.write(head, 'latin1');
  });
  const step = Buffer.alloc(Math.round((SLOW_BYTES_PER_SECOND * SLOW_STEP_MS) / 1000), 97);
  return crowdOf(
    sockets,
    everyStep(sockets, (socket) => socket.write(step)),
  );
}
