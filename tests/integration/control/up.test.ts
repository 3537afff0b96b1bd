import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Behind the launcher: its signals would be its own. */
const COMMAND = join(ROOT, 'apps/cli/src/main.ts');
const directory = mkdtempSync(join(tmpdir(), 'weft-up-'));
const data = join(directory, 'data');
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  running.clear();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly exit: Promise<readonly [code: number | null, signal: string | null]>;
}

function weft(...args: string[]): Run {
  const child = spawn(process.execPath, ['--conditions=@weft/source', COMMAND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const exit = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return [code, signal] as const;
  });
  return { child, out: () => out, err: () => err, exit };
}

/** Fulfilled when the output has it, rejected when the process ends before. */
async function says(run: Run, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(run.out());
    if (match !== null) return match;
    const more = once(run.child.stdout as NonNullable<ChildProcess['stdout']>, 'data').then(() => true);
    const ended = run.exit.then(() => false);
    if (!(await Promise.race([more, ended])) && !pattern.test(run.out()))
      throw new Error(`ended without ${pattern}: ${run.out()}${run.err()}`);
  }
}

const PLACES = ['--data', data, '--listen', '127.0.0.1:0', '--grpc', '127.0.0.1:0', '--drm-query', 'off'];

test('the first start shows a password once and writes the key of proxies; Ctrl-C ends everything', async () => {
  const first = weft('up', ...PLACES);
  const [, password = ''] = await says(first, /password {2}(\S+)/);
  const [, url = ''] = await says(first, /console {3}(http:\S+)/);
  await says(first, /Ctrl-C/);
  expect((await fetch(`${url}readyz`)).status).toBe(200);
  const key = join(data, 'proxy-key.json');
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(key, 'utf8'))).toMatchObject({
    tenant: 'ANTCLOUD',
    workspace: 'sit',
    instanceId: '000001',
    accessKey: expect.stringMatching(/^WEFT/),
    secret: expect.any(String),
  });
  first.child.kill('SIGINT');
  expect(await first.exit).toEqual([0, null]);
  expect(first.out()).toMatch(/stopping \(SIGINT\)\nstopped\n$/);
  await expect(
    new Promise((resolve, reject) =>
      connect(Number(new URL(url).port), '127.0.0.1', () => resolve('open')).on('error', reject),
    ),
  ).rejects.toThrow(/ECONNREFUSED/);
  expect(existsSync(join(data, 'control.pid'))).toBe(false);

  const second = weft('up', ...PLACES, '--json');
  const [line] = await says(second, /^\{.*\}$/m);
  expect(JSON.parse(line)).toMatchObject({
    ok: true,
    url: expect.stringMatching(/^http/),
    grpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    keyFile: key,
  });
  expect(second.out()).not.toMatch(/oneTimePassword/);
  second.child.kill('SIGTERM');
  expect(await second.exit).toEqual([0, null]);
  const logs = readdirSync(join(data, 'logs'))
    .map((name) => readFileSync(join(data, 'logs', name), 'utf8'))
    .join('');
  expect(logs).toContain('control plane started');
  expect(logs).not.toContain(password);
});

test('a port that is taken ends the start with its holder, and the first password is not lost by it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const other = join(directory, 'other');
  const run = weft(
    'up',
    '--data',
    other,
    '--listen',
    '127.0.0.1:0',
    '--grpc',
    '127.0.0.1:0',
    '--drm-query',
    `127.0.0.1:${port}`,
  );
  expect(await run.exit).toEqual([78, null]);
  expect(run.err()).toMatch(new RegExp(`drm: 127\\.0\\.0\\.1:${port} is already in use by .*pid ${process.pid}`));
  expect(run.out()).not.toContain('password');
  holder.close();
  const again = weft('up', '--data', other, '--listen', '127.0.0.1:0', '--grpc', '127.0.0.1:0', '--drm-query', 'off');
  await says(again, /password {2}\S+/);
  const beside = weft('up', '--data', other, '--listen', '127.0.0.1:0');
  expect(await beside.exit).toEqual([78, null]);
  expect(beside.err()).toMatch(/data_folder_in_use: .* is in use by a control plane \(pid \d+\)/);
});

test.each([
  [['run', '--list'], 0, /gateway.*\n(.*\n){12}sidecar-agent/],
  [['run', 'osp,drn'], 2, /no component "drn"/],
  [['run', 'pilot'], 2, /not part of this release yet/],
  [['run'], 2, /run --list/],
  [['up', '--listen', '8080'], 2, /--listen: found "8080", expected HOST:PORT/],
])('weft %j ends with %i', async (args, code, text) => {
  const run = weft(...args);
  expect(await run.exit).toEqual([code, null]);
  expect(run.out() + run.err()).toMatch(text);
});
