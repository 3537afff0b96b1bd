import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const ENTRY = path.join(ROOT, 'apps/proxy/src/main.ts');
/** With thirty processes on two cores a start from source takes half a minute. Below the time of a test: what did not start is ended in it. */
const START_LIMIT_MS = 50_000;

/** A file that ends before its tests have, as after a timeout, leaves no proxy behind. */
const running = new Set<ChildProcess>();
const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
process.on('exit', endAll);
// What runs test files ends their processes so.
process.once('SIGTERM', () => {
  endAll();
  process.kill(process.pid, 'SIGTERM');
});

export interface RunningProxy {
  readonly process: ChildProcess;
  /** Port of a listener by name. */
  port(listener: string): number;
  /** Everything that the proxy wrote to stderr so far. */
  log(): string;
  /** Calls the admin API through the proxy's own Unix socket. */
  admin(method: string, target: string, body?: string): Promise<{ status: number; body: string }>;
  /** Writes another configuration into the file and reloads it. */
  reload(config: object): Promise<{ status: number; body: string }>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  /** Kills it if it still runs, and removes its files. */
  dispose(): Promise<void>;
  readonly directory: string;
}

export interface StartOptions {
  readonly threads?: number;
  /** Overwrites borrowed bytes after every callback; on unless said otherwise. */
  readonly poison?: boolean;
  /** More arguments for Node. */
  readonly nodeArguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a real proxy in a process of its own and resolves when it serves. Listeners may ask for port 0. */
export async function startProxy(config: object, options: StartOptions = {}): Promise<RunningProxy> {
  const directory = mkdtempSync(path.join(tmpdir(), 'weft-test-'));
  const file = path.join(directory, 'proxy.json');
  const withDirectories = (document: object): string =>
    JSON.stringify({
      ...document,
      weft: {
        ...(document as { weft?: object }).weft,
        run_dir: directory,
        state_dir: directory,
        data_threads: options.threads ?? 1,
      },
    });
  writeFileSync(file, withDirectories(config));
  const child = spawn(
    NODE,
    ['--conditions=@weft/source', '--expose-gc', ...(options.nodeArguments ?? []), ENTRY, 'start', '-c', file],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        WEFT_TEST_HOOKS: '1',
        WEFT_TEST_POISON: options.poison === false ? '0' : '1',
        ...options.env,
      },
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  let text = '';
  const ports = new Map<string, number>();
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const dispose = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the proxy did not start:\n${text}`)), START_LIMIT_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const serving = /serving: (.*?)(?: pid=|$)/m.exec(text);
      if (serving === null || ports.size > 0) return;
      for (const [, name, port] of (serving[1] as string).matchAll(/(\S+) on \S+:(\d+)/g))
        ports.set(name as string, Number(port));
      clearTimeout(limit);
      resolve();
    });
    void exited.then((code) => {
      clearTimeout(limit);
      reject(new Error(`the proxy ended with ${code}:\n${text}`));
    });
  }).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  const socketPath = path.join(directory, 'proxy.sock');
  const admin = (method: string, target: string, body = ''): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const request = http.request(
        { socketPath, method, path: target, headers: { 'content-length': Buffer.byteLength(body) } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.on('error', (error) => {
        // The proxy closed the kept connection while the call was on its way: it never arrived.
        if (request.reusedSocket) admin(method, target, body).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  return {
    process: child,
    directory,
    port: (listener) => ports.get(listener) ?? 0,
    log: () => text,
    admin,
    reload(next) {
      writeFileSync(file, withDirectories(next));
      return admin('POST', '/api/v1/reload');
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
    dispose,
  };
}
