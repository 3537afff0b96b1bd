import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FreePorts, insteadOf } from './free-ports.ts';
import { clearLeftovers, demoUsing, findLeftovers, removeRecord, writeRecord } from './leftovers.ts';
import { Part } from './part.ts';
import { identify } from './process-identity.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-leftovers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sleeper = (): Part =>
  Part.start({
    name: 'sleeper',
    program: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    directory: folder,
    environment: {},
    outputFile: path.join(folder, 'out'),
  });

test('what a demo that is gone has left is ended; what runs is left alone', async () => {
  const [left, running] = [sleeper(), sleeper()];
  const gone = { pid: process.pid, startedAt: '1' };
  writeFileSync(
    path.join(folder, 'demo.json'),
    JSON.stringify({ demo: gone, parts: [identify(left.pid), { pid: running.pid, startedAt: '1' }] }),
  );
  expect(clearLeftovers(folder).filter((line) => line.includes(folder))).toEqual([
    `ended 1 processes of a demo that was killed, in ${folder}`,
  ]);
  expect(await left.ended).toBe('signal SIGKILL');
  expect(running.isRunning).toBe(true);
  expect(existsSync(path.join(folder, 'demo.json'))).toBe(false);
  await running.stop(10_000);
});

test('a demo of this process uses its folder, and cleans nothing of its own', () => {
  writeRecord(folder, [process.pid]);
  expect(demoUsing(folder)).toBeNull();
  expect(clearLeftovers(folder).filter((line) => line.includes(folder))).toEqual([]);
  removeRecord(folder);
});

test('names what is still there', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await findLeftovers([], [port], folder)).toEqual([`port ${port} is in use`, `${folder} exists`]);
  const ports = new FreePorts(port);
  const other = await ports.take(port);
  expect(insteadOf(port, other)).toBe(` (port ${port} is taken, so ${other})`);
  expect(other).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
  expect(await findLeftovers([], [port], null)).toEqual([]);
  expect(await ports.take(port)).toBe(port);
  expect([insteadOf(port, port), insteadOf(0, port)]).toEqual(['', '']);
  expect(new Set(ports.list()).size).toBe(2);
});
