import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Clock, ConfigError, systemClock } from '@weft/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';
import { periodEnd, periodStart } from './rotation.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weft-log-'));
  path = join(directory, 'logs', 'a.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const text = (file = path): string => readFileSync(file, 'utf8');
const names = (): string[] => readdirSync(join(directory, 'logs')).sort();
const wallClock = (now: { wallMs: number }): Clock => ({ ...systemClock, wallNow: () => now.wallMs });

test('creates directories and a file of mode 0640, and appends lines and bytes in order', async () => {
  const log = new LogFile(path);
  log.write('one');
  log.write(Buffer.from('two 服务'));
  log.write('three');
  await log.flush();
  expect(text()).toBe('one\ntwo 服务\nthree\n');
  expect(statSync(path).mode & 0o777).toBe(0o640 & ~process.umask());
  expect(log.sizeBytes).toBe(statSync(path).size);
  await log.close();
  expect(log.write('late')).toBe(false);
  const again = new LogFile(path);
  again.write('four');
  await again.close();
  expect(text()).toBe('one\ntwo 服务\nthree\nfour\n');
});

test('a full queue drops and counts, and what was accepted is written', async () => {
  const log = new LogFile(path, { maxQueueBytes: 20_000 });
  let accepted = 0;
  for (let i = 0; i < 1000; i++) if (log.write('x'.repeat(99))) accepted++;
  expect(accepted).toBe(200);
  expect(log.dropped).toBe(800);
  await log.flush();
  expect(text()).toHaveLength(accepted * 100);
  expect(log.write('room again')).toBe(true);
  await log.close();
});

test('reopen goes on in a new file after a move', async () => {
  const log = new LogFile(path);
  log.write('old');
  await log.flush();
  renameSync(path, `${path}.moved`);
  log.write('still old');
  await log.flush();
  await log.reopen();
  log.write('new');
  await log.close();
  expect(text(`${path}.moved`)).toBe('old\nstill old\n');
  expect(text()).toBe('new\n');
});

test('rotates by size, compresses, keeps so many', async () => {
  const now = { wallMs: new Date(2026, 6, 27, 15, 4).getTime() };
  const log = new LogFile(path, {
    roller: { mode: 'size', maxBytes: 1000, maxAgeMs: 0, keep: 2, compress: true },
    clock: wallClock(now),
  });
  for (let i = 0; i < 5; i++) {
    log.write(`${i}`.repeat(899));
    await log.flush();
  }
  await log.close();
  expect(text()).toBe(`${'4'.repeat(899)}\n`);
  const rotated = names().filter((name) => name !== 'a.log');
  expect(rotated).toHaveLength(2);
  for (const name of rotated) expect(name).toMatch(/^a\.log\.2026-07-27_15(\.\d)?\.gz$/);
  const contents = rotated.map((name) => gunzipSync(readFileSync(join(directory, 'logs', name))).toString()[0]);
  expect(contents.sort()).toEqual(['2', '3']);
});

test('deletes by age, and only what is a rotated file', async () => {
  const log = new LogFile(path, {
    roller: { mode: 'size', maxBytes: 10, maxAgeMs: 86_400_000, keep: 0, compress: false },
  });
  for (const name of ['a.log.2020-01-01_00', 'a.log.2020-01-01', 'a.log.mine', 'b.log.2020-01-01']) {
    writeFileSync(join(directory, 'logs', name), '');
    utimesSync(join(directory, 'logs', name), 0, 0);
  }
  log.write('0123456789');
  await log.flush();
  log.write('next');
  await log.close();
  expect(names()).toHaveLength(4);
  expect(names()).toEqual(expect.arrayContaining(['a.log', 'a.log.mine', 'b.log.2020-01-01']));
});

test('rotates by time under the name of the period that ended', async () => {
  const now = { wallMs: new Date(2026, 6, 27, 23, 59, 59).getTime() };
  const log = new LogFile(path, { clock: wallClock(now) });
  log.write('monday');
  await log.flush();
  now.wallMs += 2000;
  log.write('tuesday');
  await log.close();
  expect(text(`${path}.2026-07-27`)).toBe('monday\n');
  expect(text()).toBe('tuesday\n');
});

test('what an earlier process left is put aside first', async () => {
  await new LogFile(path).close();
  writeFileSync(path, 'yesterday\n');
  const stamp = new Date(2026, 6, 26, 12);
  utimesSync(path, stamp, stamp);
  const log = new LogFile(path, {
    clock: wallClock({ wallMs: new Date(2026, 6, 27, 9).getTime() }),
    roller: { mode: 'time', hours: 1 },
  });
  log.write('today');
  await log.close();
  expect(text(`${path}.2026-07-26_12`)).toBe('yesterday\n');
  expect(text()).toBe('today\n');
});

test('periods begin at midnight, whatever their length', () => {
  const at = (...parts: [number, number?]): number => new Date(2026, 6, 27, ...parts).getTime();
  expect([periodStart(at(11, 5), 5), periodEnd(at(11, 5), 5)]).toEqual([at(10), at(15)]);
  expect([periodStart(at(23), 5), periodEnd(at(23), 5)]).toEqual([at(20), at(24)]);
  expect([periodStart(at(23), 24), periodEnd(at(23), 24)]).toEqual([at(0), at(24)]);
});

test('a path that cannot be opened says where, why and what to do', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const open = (target: string): LogFile => new LogFile(target, { configPath: 'servers[0].default_log_path' });
  expect(() => open(join(file, 'a.log'))).toThrow(ConfigError);
  expect(() => open(join(file, 'a.log'))).toThrow(
    /servers\[0\]\.default_log_path: cannot open the log file \((ENOTDIR|EEXIST)\).*a part of the path is a file/,
  );
  expect(() => open(directory)).toThrow(/EISDIR.*add a file name/);
});

test.runIf(existsSync('/dev/full'))('a full disk drops, reports once and does not throw', async () => {
  const errors: string[] = [];
  const log = new LogFile('/dev/full', { onError: (_, doing) => errors.push(doing) });
  for (let i = 0; i < 3; i++) {
    log.write('lost');
    await log.flush();
  }
  expect(log.dropped).toBe(3);
  expect(errors).toEqual(['cannot write the log /dev/full']);
  await log.close();
});

test('flushSync writes what waits before the process ends', async () => {
  const log = new LogFile(path);
  log.write('last words', 'FATAL');
  log.flushSync();
  expect(text()).toBe('last words\n');
  await log.close();
  expect(text()).toBe('last words\n');
});

test('gives its descriptor back while it rests, and still writes what comes late', async () => {
  const log = new LogFile(path);
  const descriptors = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        // The one that readdir itself used.
        return false;
      }
    }).length;
  log.write('one');
  await log.rest();
  expect([text(), descriptors(), log.resting]).toEqual(['one\n', 0, true]);
  // Nothing is there to be opened anew.
  await log.reopen();
  log.write('late');
  await log.flush();
  expect([text(), descriptors()]).toEqual(['one\nlate\n', 0]);
  log.wake();
  log.write('again');
  await log.flush();
  expect([text(), descriptors(), log.resting]).toEqual(['one\nlate\nagain\n', 1, false]);
  await log.rest();
  await log.close();
  expect(descriptors()).toBe(0);
});
