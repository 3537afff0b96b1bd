/** Processes of Weft from source, to be killed, stopped and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILED } from '../../support/compiled.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const COMMAND = path.join(ROOT, 'apps/cli/src/main.ts');
const PROXY = path.join(ROOT, 'apps/proxy/src/main.ts');
/** A dozen processes of Node on two busy cores take their time. */
const START_LIMIT_MS = 90_000;

/** One run of a program; its pid is that of the program itself, without a launcher in between. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #gone: Promise<string>;
  #text = '';
  #onText: (() => void) | null = null;

  private constructor(
    name: string,
    command: string,
    args: readonly string[],
    directory: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#name = name;
    const errors = openSync(path.join(directory, `${name}.err`), 'a');
    const { PATH = '' } = process.env;
    this.#child = spawn(command, [...args], {
      cwd: directory,
      stdio: ['ignore', 'pipe', errors],
      env: {
        ...COMPILED,
        PATH,
        HOME: directory,
        XDG_RUNTIME_DIR: directory,
        XDG_STATE_HOME: directory,
        ...environment,
      },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text = `${this.#text}${text}`.slice(-65_536);
      this.#onText?.();
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** `weft …`; `prefix` is a command that runs it, such as `ip netns exec`. */
  static weft(name: string, args: readonly string[], directory: string, prefix: readonly string[] = []): Program {
    return Program.#node(name, COMMAND, args, directory, prefix, {});
  }

  /** The proxy itself, as `weft proxy start` runs it. */
  static proxy(
    name: string,
    args: readonly string[],
    directory: string,
    environment: Readonly<Record<string, string>> = {},
  ): Program {
    return Program.#node(name, PROXY, args, directory, [], environment);
  }

  static #node(
    name: string,
    entry: string,
    args: readonly string[],
    directory: string,
    prefix: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Program {
    const [command = '', ...rest] = [
      ...prefix,
      NODE,
      '--conditions=@weft/source',
      '--disable-warning=ExperimentalWarning',
      entry,
      ...args,
    ];
    return new Program(name, command, rest, directory, environment);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The line of JSON with `ok: true` by which Weft says that it is up. @throws Error when it ends before or says otherwise */
  async up(): Promise<Record<string, unknown>> {
    const limit = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => limit.reject(new Error(`${this.#name} is not up after ${START_LIMIT_MS} ms: ${this.#text}`)),
      START_LIMIT_MS,
    );
    const line = new Promise<string>((resolve) => {
      this.#onText = () => {
        const found = /^\{.*\}$/m.exec(this.#text);
        if (found !== null) resolve(found[0]);
      };
      this.#onText();
    });
    const ended = this.#gone.then((how): never => {
      throw new Error(`${this.#name} ended with ${how}: ${this.#text}`);
    });
    try {
      const answer = JSON.parse(await Promise.race([line, limit.promise, ended])) as Record<string, unknown>;
      if (answer['ok'] !== true) throw new Error(`${this.#name}: ${JSON.stringify(answer)}`);
      return answer;
    } finally {
      clearTimeout(timer);
      this.#onText = null;
    }
  }

  /** SIGSTOP or SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** SIGTERM; how it ended. */
  stop(): Promise<string> {
    if (this.isRunning) this.#child.kill('SIGTERM');
    return this.#gone;
  }
}
