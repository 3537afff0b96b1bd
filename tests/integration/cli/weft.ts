import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { COMPILED } from '../../support/compiled.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const NODE = path.join(ROOT, 'node_modules/.bin/node');
export const LAUNCHER = path.join(ROOT, 'apps/cli/bin/weft.js');

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Resolves when stdout or stderr has a match; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Environment of a user without anything of Weft: folders of its own, no variables that commands read. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const { PATH = '' } = process.env;
  return { ...COMPILED, PATH, HOME: home, XDG_RUNTIME_DIR: home, XDG_STATE_HOME: home };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function launch(command: string, args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  const ended = new Promise<Result>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  const line = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match === null) return;
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      check();
      void ended.then((result) => reject(new Error(`ended before ${pattern}: ${JSON.stringify(result)}`)));
    });
  return { child, ended, line };
}

/** Runs `weft` to its end. */
export function weft(home: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return launch(NODE, [LAUNCHER, ...args], { cwd: home, env: { ...cleanEnvironment(home), ...env } }).ended;
}

/** Starts `weft proxy start` and resolves when it serves. */
export async function startWeft(
  home: string,
  args: readonly string[],
  nodeArguments: readonly string[] = [],
): Promise<Running & { port: number }> {
  const env = cleanEnvironment(home);
  const running = launch(NODE, [...nodeArguments, LAUNCHER, 'proxy', 'start', ...args], { cwd: home, env });
  const [, port] = await running.line(/serving: \S+ on 127\.0\.0\.1:(\d+).*\n/);
  return { ...running, port: Number(port) };
}

/** A listener that answers itself, as a document; files and socket in `home`. */
export function sampleDocument(home: string, body = 'hello', more: object = {}): object {
  return {
    servers: [
      {
        graceful_timeout: '5s',
        listeners: [
          {
            name: 'front',
            address: '127.0.0.1:0',
            bind_port: true,
            filter_chains: [
              { filters: [{ type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } }] },
            ],
          },
        ],
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: [
              {
                name: 'all',
                domains: ['*'],
                routers: [{ match: { prefix: '/' }, direct_response: { status: 200, body } }],
              },
            ],
          },
        ],
      },
    ],
    weft: { data_threads: 1, run_dir: home, state_dir: home },
    ...more,
  };
}

export async function get(port: number, target = '/'): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { headers: { connection: 'close' } });
  return { status: response.status, body: await response.text() };
}

/** A server on a port of its own, and the port. */
export function occupyPort(): Promise<number> {
  const server = net.createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}
