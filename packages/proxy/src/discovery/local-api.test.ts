import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noopLogger, systemClock } from '@weft/kit';
import { afterEach, expect, test, vi } from 'vitest';
import { Discovery, LocalApi } from './index.ts';

const sockets: net.Socket[] = [];
let api: LocalApi | null = null;
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  api?.close();
});

test('half-open connections do not keep applications out for long', { timeout: 30_000 }, async () => {
  const discovery = new Discovery({
    config: {
      address: '',
      lease: 10_000,
      advertise_address: '',
      leave_time: 5000,
      empty_push_hold: 0,
      shrink_guard_percent: 0,
      first_push_wait: 0,
      connect_ejection: 0,
      retries: 2,
      protocols: [],
    },
    app: 'shop',
    registry: {
      subscribe: () => {},
      unsubscribe: () => {},
      serviceUsed: () => {},
      publish: () => {},
      unpublish: () => {},
    } as unknown as ConstructorParameters<typeof Discovery>[0]['registry'],
    namingOf: () => undefined,
    clock: systemClock,
    log: noopLogger,
    stateFile: path.join(tmpdir(), 'weft-never-written.json'),
    canConvert: () => false,
    zone: 'Z1',
    dataCenter: 'd1',
    openProbe: async () => ({ check: () => () => {} }),
    listenerAddress: () => null,
    onChange: () => Promise.resolve(true),
  });
  api = new LocalApi(discovery);
  await api.listen('127.0.0.1', 0);
  const { port } = api;
  for (let i = 0; i < 256; i++) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('GET /v1/discovery/publications HTTP/1.1\r\nHost: ');
  }
  await vi.waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/discovery/publications`);
      expect(await answer.json()).toEqual({ items: [] });
    },
    { timeout: 15_000, interval: 250 },
  );
});
