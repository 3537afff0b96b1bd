/** Starting, watching and ending the processes of a run: each pinned to one core, each ended by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The proxy under test runs here and nothing else does. */
export const PROXY_CORE = 0;
/** Load generator and backends share this core (core 0 too when there is only one). */
export const LOAD_CORE = os.availableParallelism() > 1 ? 1 : 0;

export const benchRoot = fileURLToPath(new URL('..', import.meta.url));
export const repositoryRoot = path.resolve(benchRoot, '..');

/** Long enough for a graceful stop: one that is cut short writes no profile. */
const STOP_MS = 15_000;
const START_MS = 15_000;

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Where standard output and error went. */
  readonly logFile: string;
}

const temporary: string[] = [];

/** A directory that lasts as long as the run. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), `weft-bench-${name}-`));
  temporary.push(directory);
  return directory;
}

const started = new Set<Started>();

/** Some peers reserve two descriptors per allowed connection. Where the limit cannot be raised they start with less. */
const RAISE_DESCRIPTORS = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"';

/** Descriptors that a process of the run can have. */
export function descriptorLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Math.min(65_536, Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? 1024));
}

/** Starts a command on a core; its output goes to a log in the directory. `sh` and `taskset` replace themselves by it. */
export function startPinned(
  core: number,
  argv: readonly string[],
  directory: string,
  environment: NodeJS.ProcessEnv = {},
): Started {
  const logFile = path.join(directory, `log-${started.size}-${path.basename(argv[0] ?? '')}`);
  const log = openSync(logFile, 'w');
  const child = spawn('sh', ['-c', RAISE_DESCRIPTORS, 'sh', 'taskset', '-c', String(core), ...argv], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
    cwd: repositoryRoot,
  });
  closeSync(log);
  const process_ = { child, pid: child.pid ?? -1, logFile };
  started.add(process_);
  child.on('exit', () => started.delete(process_));
  return process_;
}

/** Ends a process that `startPinned` started, with its descendants; resolves when it is gone. */
export async function stop(process_: Started): Promise<void> {
  const { child } = process_;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const descendants = processTree(process_.pid).slice(1);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
  for (const pid of descendants) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent, as it should.
    }
  }
}

/** Ends whatever is still running, and removes what the run has written outside of its results. */
export function stopEverything(): void {
  for (const process_ of started) {
    for (const pid of processTree(process_.pid).reverse()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    }
  }
  for (const directory of temporary.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** A process and all its descendants. */
export function processTree(root: number): number[] {
  const tree = [root];
  for (let index = 0; index < tree.length; index++) {
    const pid = tree[index] as number;
    try {
      for (const task of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
        if (children !== '') tree.push(...children.split(' ').map(Number));
      }
    } catch {
      // It ended while we looked.
    }
  }
  return tree;
}

/** Free ports of loopback. They are closed again before use, so a rival could take one; starting fails loudly then. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Resolves when something accepts on the port; rejects, with the end of its log, when the process dies or stays deaf. */
export async function waitForPort(port: number, process_: Started): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = net.connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (accepted) return;
    const died = process_.child.exitCode !== null || process_.child.signalCode !== null;
    if (died || performance.now() > deadline) {
      const log = readFileSync(process_.logFile, 'utf8').split('\n').slice(-12).join('\n');
      throw new Error(`${died ? 'ended' : 'did not listen'} before serving; its output ends with:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
