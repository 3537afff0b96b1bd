import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Backend, call, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';

let proxy: RunningProxy | null = null;
let backend: Backend | null = null;

/** Until a thread serves again, s: three on a machine that has time for it, which only the long run asks for. */
const MAX_AWAY_SECONDS = process.env['WEFT_LONG'] === '1' ? 3 : 60;

afterEach(async () => {
  await proxy?.dispose();
  await backend?.close();
  proxy = null;
  backend = null;
});

async function start(): Promise<RunningProxy> {
  backend = await httpBackend((_request, response) => response.end('ok'));
  proxy = await startProxy(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('b')],
      clusters: [cluster('b', [backend.port])],
      weft: { watchdog_timeout: '500ms' },
    }),
    { threads: 2 },
  );
  return proxy;
}

/** Connections that keep sending one request after the other; counts answers and losses. */
class Callers {
  answers = 0;
  losses = 0;
  /** Local ports of connections that ended. */
  readonly lost = new Set<number>();
  readonly #sockets: net.Socket[] = [];
  #stopped = false;

  constructor(port: number, count: number) {
    for (let i = 0; i < count; i++) this.#open(port);
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #open(port: number): void {
    const socket = net.connect(port, '127.0.0.1');
    this.#sockets.push(socket);
    let local = 0;
    const send = (): boolean => socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    socket.on('connect', () => {
      local = socket.localPort ?? 0;
      send();
    });
    socket.on('data', () => {
      this.answers++;
      if (!this.#stopped) setImmediate(send);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#stopped) return;
      this.losses++;
      this.lost.add(local);
    });
  }
}

interface Row {
  readonly thread: number;
  readonly side: string;
  readonly remote: string;
}

async function downstream(running: RunningProxy): Promise<Row[]> {
  const rows = JSON.parse((await running.admin('GET', '/api/v1/connections')).body) as Row[];
  return rows.filter((row) => row.side === 'downstream');
}

/** Seconds that thread 0 was away, as the proxy itself measured it; undefined as long as it has not come back. */
async function awaySeconds(running: RunningProxy): Promise<number | undefined> {
  const { body } = await running.admin('GET', '/metrics');
  const found = /^weft_proxy_thread_away_seconds\{.*?thread="0".*?\} (\S+)/m.exec(body);
  return found === null ? undefined : Number(found[1]);
}

function linkOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // ENOENT: it was closed meanwhile.
    return '';
  }
}

/** Inode of the socket that listens on 127.0.0.1, as `/proc/net/tcp` tells it. */
function listeningInode(port: number): string {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.find((row) => row[1] === local && row[3] === '0A')?.[9] ?? '';
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

describe('data threads', () => {
  it.each(['throw', 'exit', 'loop'])(
    'the others go on and the thread comes back when one is told to %s',
    async (kind) => {
      const running = await start();
      const port = running.port('front');
      const callers = new Callers(port, 8);
      await until(() => callers.answers > 100);
      const mine = await downstream(running);
      const survivors = mine.filter((row) => row.thread === 1).map((row) => Number(row.remote.split(':').at(-1)));
      expect(survivors.length).toBeGreaterThan(0);
      expect(survivors.length).toBeLessThan(8);
      expect(await awaySeconds(running)).toBeUndefined();
      await running.admin('POST', `/api/v1/test/fault?thread=0&kind=${kind}`);
      await until(() => running.log().includes('a data thread ended'));
      // Queued callers are served by whoever accepts, also while the thread is away.
      const statuses = await Promise.all(Array.from({ length: 16 }, () => call(port).then((answer) => answer.status)));
      expect(statuses).toEqual(Array.from({ length: 16 }, () => 200));
      const before = callers.answers;
      await until(() => callers.answers > before + 100);
      // It is back in time by the proxy's own clock, from the last that was heard of the one before it.
      let seconds: number | undefined;
      await until(async () => {
        seconds = await awaySeconds(running);
        return seconds !== undefined;
      });
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(MAX_AWAY_SECONDS);
      // And it serves.
      await until(async () => {
        const holder = net.connect(port, '127.0.0.1');
        await new Promise((resolve) => holder.once('connect', resolve));
        const back = (await downstream(running)).some((row) => row.thread === 0);
        holder.destroy();
        return back;
      });
      // Every connection of the thread that died is lost, and not one of the other.
      expect(callers.losses).toBe(8 - survivors.length);
      expect(survivors.filter((local) => callers.lost.has(local))).toEqual([]);
      const { body } = await running.admin('GET', '/metrics');
      expect(body).toMatch(/^weft_proxy_thread_restarts_total\{.*?thread="0".*?\} 1$/m);
      callers.stop();
    },
  );

  it('replaces a thread that came back and cannot build the program that the others have', async () => {
    const running = await start();
    /** Descriptors of the listening socket: the one of the control thread and one per data thread. */
    const listening = (): number => {
      const folder = `/proc/${running.process.pid}/fd`;
      const inode = listeningInode(running.port('front'));
      return readdirSync(folder).filter((fd) => linkOf(path.join(folder, fd)) === `socket:[${inode}]`).length;
    };
    expect(listening()).toBe(3);
    await running.admin('POST', '/api/v1/test/fault?thread=0&kind=relapse');
    await until(async () => (await awaySeconds(running)) !== undefined);
    await until(() => listening() === 3);
    expect(running.log()).toContain('told to refuse');
    const { body } = await running.admin('GET', '/metrics');
    expect(body).toMatch(/^weft_proxy_thread_restarts_total\{.*?thread="0".*?\} 2$/m);
    expect((await call(running.port('front'))).status).toBe(200);
  });

  it('moves living connections between threads under load without losing or repeating an answer', async () => {
    const running = await start();
    const callers = new Callers(running.port('front'), 20);
    await until(() => callers.answers > 200);
    for (let round = 0; round < 20; round++) {
      await running.admin('POST', `/api/v1/test/move?from=${round % 2}&to=${(round + 1) % 2}&count=20`);
      const before = callers.answers;
      await until(() => callers.answers > before + 100);
    }
    const { body } = await running.admin('GET', '/metrics');
    const adopted = Number(/^weft_proxy_connections_adopted_total (\d+)/m.exec(body)?.[1] ?? 0);
    expect(adopted).toBeGreaterThan(20);
    expect(callers.losses).toBe(0);
    callers.stop();
  });

  it('spreads long-lived connections over both threads', async () => {
    const running = await start();
    const callers = new Callers(running.port('front'), 8);
    await until(() => callers.answers > 100);
    const rows = JSON.parse((await running.admin('GET', '/api/v1/connections')).body) as {
      thread: number;
      side: string;
    }[];
    const counts = [0, 1].map(
      (thread) => rows.filter((row) => row.side === 'downstream' && row.thread === thread).length,
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
    callers.stop();
  });
});
