/** A data thread that does not get the CPU is healthy: it is neither ended nor does it lose a connection. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { keep, Peer, start, until } from './support.ts';

/** Busy processes beside the starved threads: each of them may run three hundred times as long as all of these. */
const RIVALS = 3;
const REQUEST = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

const canStarve = process.platform === 'linux' && works('chrt', ['-h']) && works('taskset', ['-h']);

function works(tool: string, args: readonly string[]): boolean {
  return spawnSync(tool, args).status === 0;
}

/** The first core that this process may use, and all of them, as `taskset -c` reads them. */
function cores(): { first: string; all: string } {
  const all = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return { first: /^\d+/.exec(all)?.[0] ?? '0', all };
}

function dataThreads(pid: number): string[] {
  const named = (id: string): string => readFileSync(`/proc/${pid}/task/${id}/comm`, 'latin1');
  return readdirSync(`/proc/${pid}/task`).filter((id) => /^data-\d+$/.test(named(id).trim()));
}

it.runIf(canStarve)('leaves a thread alone that hardly gets the CPU', async () => {
  const host = keep(await httpBackend((_request, response) => response.end('served')));
  const proxy = await start(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('b')],
      clusters: [cluster('b', [host.port])],
      weft: { watchdog_timeout: '100ms' },
    }),
    { threads: 2 },
  );
  const caller = new Peer(proxy.port('front'));
  await caller.send(REQUEST);
  await until(() => caller.text.endsWith('served'));

  const pid = proxy.process.pid as number;
  const { first, all } = cores();
  const threads = dataThreads(pid);
  expect(threads.length).toBe(2);
  const rivals: ChildProcess[] = [];
  try {
    for (let i = 0; i < RIVALS; i++) rivals.push(spawn('taskset', ['-c', first, 'sh', '-c', 'while :; do :; done']));
    for (const id of threads) {
      expect(works('chrt', ['--idle', '-p', '0', id])).toBe(true);
      expect(works('taskset', ['-cp', first, id])).toBe(true);
    }
    await until(() => proxy.log().includes('hardly gets the CPU'));
  } finally {
    for (const rival of rivals) rival.kill('SIGKILL');
    for (const id of threads) {
      works('taskset', ['-cp', all, id]);
      works('chrt', ['--other', '-p', '0', id]);
    }
  }

  const before = caller.text.length;
  await caller.send(REQUEST);
  await until(() => caller.text.length > before && caller.text.endsWith('served'));
  expect(caller.events).toEqual([]);
  expect(proxy.log()).not.toMatch(/a data thread (?:ended|hangs)/);
  expect((await proxy.admin('GET', '/metrics')).body).not.toMatch(/^weft_proxy_thread_restarts_total\{/m);
});
