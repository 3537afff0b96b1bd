import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { at, check, closed, SHORT_MS, TestHosts } from '../common/test-hosts.ts';
import { tcp } from './index.ts';

const hosts = new TestHosts();
const probe = tcp.create({});
afterEach(() => hosts.close());

it('finds who accepts healthy, sends nothing and closes', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const result = await check(probe, await hosts.listen(accepted.resolve));
  expect(result).toEqual({ healthy: true, detail: 'connected' });
  const socket = await accepted.promise;
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  await closed(socket);
  expect(bytes).toBe(0);
});

it('says that a host refuses', async () => {
  expect(await check(probe, await hosts.refusing())).toEqual({ healthy: false, detail: 'ECONNREFUSED' });
});

it.skipIf(process.platform !== 'linux')('gives up on a host that does not accept', async () => {
  expect(await check(probe, await hosts.stuck(), SHORT_MS)).toEqual({ healthy: false, detail: 'timeout' });
});

it('asks a Unix socket', async () => {
  const path = join(tmpdir(), `weft-check-${process.pid}.sock`);
  expect(await check(probe, await hosts.listen(() => {}, path))).toEqual({ healthy: true, detail: 'connected' });
  await hosts.close();
  expect(await check(probe, { host: '', port: 0, path, hostname: '' })).toEqual({ healthy: false, detail: 'ENOENT' });
});

it('tells a port that is none like any other failure', async () => {
  expect(await check(probe, at(70_000))).toEqual({ healthy: false, detail: 'ERR_SOCKET_BAD_PORT' });
});

it('closes and says nothing when it is given up', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const target = await hosts.listen(accepted.resolve);
  let calls = 0;
  const cancel = probe.check(target, SHORT_MS, () => calls++);
  cancel();
  cancel();
  await check(probe, target);
  expect(calls).toBe(0);
});
