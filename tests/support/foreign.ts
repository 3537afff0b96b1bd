/** Foreign programs that tests run: found or named with the package that brings them, bounded in time, output kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const RUN_LIMIT_MS = 60_000;

/**
 * Path of a command.
 * @throws Error that names the Debian package when it is missing
 */
export function requireTool(command: string, debianPackage: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/go/bin'];
  for (const folder of folders) {
    const file = path.join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`${command} is needed for this test: apt-get install ${debianPackage}`);
}

export interface RunResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** ms, default 60 000; then it is killed and the run fails. */
  readonly limitMs?: number;
  /** Sees the process as soon as it runs: to feed its input step by step (then without `input`). */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs a command to its end. Any exit code is a result; only a command that does not end is an error. */
export function runTool(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    // A program may end before it has read everything.
    child.stdin.on('error', () => {});
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${path.basename(file)} ${args.join(' ')} did not end:\n${Buffer.concat(stdout)}\n${stderr}`));
    }, options.limitMs ?? RUN_LIMIT_MS);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stdout: Buffer.concat(stdout), stderr });
    });
    if (options.onStart === undefined) child.stdin.end(options.input);
    else options.onStart(child);
  });
}

export interface RunningServer {
  /** What the pattern captured. */
  readonly match: readonly string[];
  stop(): Promise<void>;
}

/** Starts a command that serves and resolves when its output matches. */
export function startServer(
  file: string,
  args: readonly string[],
  ready: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let started = false;
    const gone = new Promise<void>((done) => child.once('close', () => done()));
    const limit = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
    const read = (chunk: Buffer): void => {
      if (started) return;
      text += chunk.toString();
      const match = ready.exec(text);
      if (match === null) return;
      started = true;
      clearTimeout(limit);
      const stop = (): Promise<void> => {
        child.kill('SIGKILL');
        return gone;
      };
      resolve({ match: [...match], stop });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void gone.then(() => {
      clearTimeout(limit);
      reject(new Error(`${path.basename(file)} ended before it served:\n${text}`));
    });
  });
}
