/** What a newcomer does: starts the demo, looks, and ends it. The check of the demo itself is one of the tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const REPOSITORY = path.resolve(import.meta.dirname, '..', '..', '..');

let folder: string;
const started: ChildProcess[] = [];

/** A dozen processes start in each, on whatever machine this is. */
vi.setConfig({ testTimeout: 300_000 });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-e2e-demo-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs `weft` with a folder for temporary files and a login of its own. */
function weft(...args: string[]): Run {
  const child = spawn(process.execPath, ['apps/cli/bin/weft.js', ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, TMPDIR: folder, WEFT_LOGIN_FILE: path.join(folder, 'login.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  let onText = (): void => {};
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      onText();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => text,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        onText = () => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match);
        };
        onText();
        void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${text}`)));
      }),
  };
}

async function done(...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = weft(...args);
  const code = await run.ended;
  return { code, output: run.output() };
}

/** Processes whose command line or working directory names the folder. */
function processesOf(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return `${line} ${readlinkSync(`/proc/${pid}/cwd`)}`.includes(text) ? [line] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

test('weft demo --check holds, and leaves nothing behind', async () => {
  const { code, output } = await done('demo', '--check', '--port', '0', '--page-port', '0', '--json');
  const result = JSON.parse(output.slice(output.lastIndexOf('\n{') + 1)) as {
    ok: boolean;
    steps: { name: string; ok: boolean }[];
  };
  expect(result.steps.filter((step) => !step.ok)).toEqual([]);
  expect(result.steps.length).toBeGreaterThan(10);
  expect(code, output).toBe(0);
  expect(processesOf(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('somebody limits ratings from the command line, and ends it with Ctrl-C', async () => {
  const demo = weft('demo', '--port', '0', '--page-port', '0');
  await demo.until(/Ctrl-C ends everything/);
  const [, endpoint = ''] = /console +(http:\S+?)\/\n/.exec(demo.output()) ?? [];
  const [, oneTime = ''] = /password +(\S+)/.exec(demo.output()) ?? [];
  const secret = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    return file;
  };
  const login = ['login', '--endpoint', endpoint, '--password-file', secret('one-time', oneTime)];
  expect((await done(...login, '--new-password-file', secret('own', 'a password of my own'))).code).toBe(0);
  expect((await done('service', 'list')).output).toMatch(/details\.bookinfo:9080@Http1 +HTTP +details +1\/1/);

  const rules = path.join(REPOSITORY, 'demo', 'bookinfo', 'rules.yaml');
  expect((await done('rule', 'diff', '-f', rules)).code).toBe(1);
  expect((await done('rule', 'apply', '-f', rules)).output).toMatch(/ratings\/ratings-qps +created +off/);
  expect((await done('rule', 'diff', '-f', rules)).code).toBe(0);
  expect((await done('rule', 'enable', 'ratings-qps')).output).toMatch(/is on; proxies: 1\/1 ok/);
  const request = ['-r', 'bolt service=com.weft.bookinfo.RatingsService:1.0 method=getRatings'];
  expect((await done('rule', 'test', '--app', 'ratings', ...request, '--requests', '3')).output).toMatch(
    /2 of 3 pass; the last one: refused by rule/,
  );
  expect((await done('explain', '-p', 'ratings', ...request, '--listener', 'bolt_ingress')).output).toMatch(
    /ratings-qps \(CONTROL\)/,
  );
  expect((await done('rule', 'push-status', 'ratings-qps')).code).toBe(0);
  expect((await done('completion', 'names', 'rules')).output).toMatch(/^ratings-qps$/m);
  expect((await done('completion', 'names', 'proxies')).output).toMatch(/^reviews-v2$/m);
  expect((await done('why', 'reviews-v2')).output).toMatch(/finds 1 endpoint of com\.weft/);
  expect((await done('rule', 'disable', 'ratings-qps')).code).toBe(0);

  demo.child.kill('SIGINT');
  expect(await demo.ended, demo.output()).toBe(0);
  expect(demo.output()).toMatch(/stopped; nothing is left/);
  expect(processesOf(folder)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('weft-demo-'))).toEqual([]);
});

test('what a killed demo left behind is ended by the next one', async () => {
  const killed = weft('demo', '--port', '0', '--page-port', '0');
  await killed.until(/Ctrl-C ends everything/);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(processesOf(folder).length).toBe(13);
  const next = weft('demo', '--port', '0', '--page-port', '0');
  await next.until(/ended \d+ processes of a demo that was killed/);
  next.child.kill('SIGINT');
  expect(await next.ended, next.output()).toBe(0);
  expect(processesOf(folder)).toEqual([]);
});
