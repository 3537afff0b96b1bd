import { once } from 'node:events';
import net from 'node:net';
import { ResetReason } from '@weft/sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Connection, ConnectionOwner } from './connection.ts';

type Net = typeof import('./acceptor.ts') & typeof import('./connection.ts') & typeof import('./context.ts');

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.restoreAllMocks();
});

/** The folder's modules as they load in a Node that offers its internals, and in one that does not. */
async function load(internals: boolean): Promise<{ modules: Net; direct: boolean }> {
  vi.resetModules();
  if (!internals)
    vi.spyOn(process as unknown as { binding(name: string): unknown }, 'binding').mockImplementation(() => {
      throw new Error('No such binding');
    });
  const { openHandle } = await import('./handle-io.ts');
  const modules = {
    ...(await import('./acceptor.ts')),
    ...(await import('./connection.ts')),
    ...(await import('./context.ts')),
  };
  return { modules, direct: openHandle({ _handle: {} } as unknown as net.Socket) !== null };
}

interface Events {
  onBytes?(connection: Connection, bytes: Buffer): void;
  onDrained?(connection: Connection): void;
}

/** An accepted connection and the socket that opened it. */
async function pair(modules: Net, events: Events): Promise<{ peer: net.Socket; closed: Promise<ResetReason> }> {
  const closed = Promise.withResolvers<ResetReason>();
  const context = new modules.NetContext({ poison: true });
  let connection!: Connection;
  const owner: ConnectionOwner = {
    onConnected() {},
    onBytes: (bytes, start, end) => events.onBytes?.(connection, bytes.subarray(start, end)),
    onEnd: () => connection.close(),
    onDrained: () => events.onDrained?.(connection),
    onTimer() {},
    onClosed: closed.resolve,
  };
  const acceptor = await modules.Acceptor.open({
    onAccept: (handle) => {
      connection = modules.Connection.accept(context, owner, handle, false);
    },
    onError: closed.reject,
  });
  const peer = net.connect({ port: acceptor.port, host: '127.0.0.1', allowHalfOpen: true });
  peer.on('error', () => {});
  ends.push(() => {
    connection.reset();
    peer.destroy();
    acceptor.close();
  });
  return { peer, closed: closed.promise };
}

const pattern = Buffer.from(Uint8Array.from({ length: 3 << 20 }, (_, i) => (i * 31 + (i >> 11)) & 0xff));
/** More than the kernel takes on both ways. */
const REPEATS = 10;

describe.each([
  ['on the handle', true],
  ['on the socket, where Node does not offer more', false],
])('a connection that reads and writes %s', (_, internals) => {
  it('knows which of the two it is', async () => {
    expect((await load(internals)).direct).toBe(internals);
  });

  it('gives every byte back in order, also to a peer that reads late, and sends its FIN behind them', async () => {
    const { modules } = await load(internals);
    const full = Promise.withResolvers<void>();
    const { peer } = await pair(modules, {
      onBytes: (connection, bytes) => {
        connection.out.write(bytes);
        connection.flush();
        if (connection.pendingBytes < 256 * 1024) return;
        connection.pauseReading();
        full.resolve();
      },
      onDrained: (connection) => connection.resumeReading(),
    });
    peer.pause();
    for (let i = 0; i < REPEATS; i++) peer.write(pattern);
    peer.end();
    // Nobody reads until the way back is full: from there on the kernel takes writes in parts.
    await full.promise;
    const parts: Buffer[] = [];
    peer.on('data', (bytes: Buffer) => parts.push(bytes));
    peer.resume();
    await once(peer, 'end');
    const back = Buffer.concat(parts);
    expect(back.length).toBe(REPEATS * pattern.length);
    for (let i = 0; i < REPEATS; i++)
      expect(back.compare(pattern, 0, pattern.length, i * pattern.length, (i + 1) * pattern.length)).toBe(0);
  });

  it('tells that the peer was gone while bytes were on their way to it', async () => {
    const { modules } = await load(internals);
    const { peer, closed } = await pair(modules, {
      onBytes: (connection) => {
        for (let i = 0; i < 8; i++) connection.out.write(pattern);
        connection.flush();
        setImmediate(() => peer.resetAndDestroy());
      },
    });
    peer.pause();
    peer.write('go');
    expect([ResetReason.REMOTE_RESET, ResetReason.CONNECTION_LOST]).toContain(await closed);
  });
});
