import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { groupIsAlive, signalGroup } from './process-identity.ts';

export interface PartCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets everything that the process prints. */
  readonly outputFile: string;
  /** The first line on stdout has a secret in it: it is for `firstLine` alone. Default: false. */
  readonly firstLineIsSecret?: boolean;
  /** Where the process logs by itself; shown when it has printed nothing. */
  readonly logFile?: string;
}

const TAIL_LINES = 15;
const TAIL_BYTES = 16_384;
const MAX_LINE_CHARACTERS = 65_536;
/** Nobody tells when a process that is no child of ours ends. */
const GROUP_POLL_MS = 20;

/** A process of the demo, leader of a process group of its own: Ctrl-C in the terminal does not reach it. */
export class Part {
  readonly name: string;
  readonly pid: number;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  readonly #files: readonly string[];
  readonly #output: number;
  #line = '';
  /** Nothing goes to the file before the first line is over. */
  #isSecret: boolean;
  #onLine: ((line: string) => void) | null = null;
  #onEnd: ((how: string) => void) | null = null;
  #stopping = false;
  #isRunning = true;

  private constructor(command: PartCommand, child: ChildProcess, output: number) {
    this.name = command.name;
    this.#files = [command.outputFile, ...(command.logFile === undefined ? [] : [command.logFile])];
    this.pid = child.pid ?? 0;
    this.#output = output;
    this.#isSecret = command.firstLineIsSecret === true;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (!this.#isRunning) return;
        this.#isRunning = false;
        closeSync(output);
        resolve(how);
        if (!this.#stopping) this.#onEnd?.(how);
      };
      child.once('error', (error) => end(error.message));
      child.once('close', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  static start(command: PartCommand): Part {
    const output = openSync(command.outputFile, 'a', 0o600);
    const child = spawn(command.program, [...command.args], {
      cwd: command.directory,
      env: { ...inherited(), ...command.environment },
      stdio: ['ignore', 'pipe', output],
      detached: true,
    });
    return new Part(command, child, output);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The first line on stdout, which says where the process is. @throws PartFailure when it ends before, or takes too long */
  firstLine(timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new PartFailure(this, `said nothing for ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      void this.ended.then((how) => {
        clearTimeout(timer);
        reject(new PartFailure(this, `ended with ${how}`));
      });
      this.#onLine = (line) => {
        this.#onLine = null;
        clearTimeout(timer);
        resolve(line);
      };
    });
  }

  /** Is told when the process ends without having been asked to. */
  whenItFails(onEnd: (how: string) => void): void {
    this.#onEnd = onEnd;
  }

  /**
   * Asks for the end with a signal, and enforces it after `graceMs`: null when it ended by itself, else why it had to be
   * killed. What it has started has the same time: it may outlive its leader for a moment.
   */
  async stop(graceMs: number, signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<string | null> {
    this.#stopping = true;
    if (!this.#isRunning && !groupIsAlive(this.pid)) return null;
    const deadlineMs = performance.now() + graceMs;
    signalGroup(this.pid, signal);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), graceMs);
    });
    const how = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    while (how !== null && groupIsAlive(this.pid) && performance.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, GROUP_POLL_MS));
    const left = groupIsAlive(this.pid);
    this.kill();
    await this.ended;
    if (how === null) return this.#whyLate(graceMs, signal);
    return left ? `a process that it had started was still there ${graceMs / 1000} s after ${signal}` : null;
  }

  /** What it was about when its time was over. */
  #whyLate(graceMs: number, signal: string): string {
    const last = this.tail().at(-1);
    return `still running ${graceMs / 1000} s after ${signal}${last === undefined ? '' : `; it said last: ${last.slice(0, 200)}`}`;
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping = true;
    signalGroup(this.pid, 'SIGKILL');
  }

  /** The end of what it printed and logged. */
  tail(): string[] {
    return this.#files.flatMap((file) => {
      let text: string;
      try {
        text = readFileSync(file, 'utf8').slice(-TAIL_BYTES).trimEnd();
      } catch {
        // It was not begun, or the folder is gone.
        return [];
      }
      return text === '' ? [] : text.split('\n').slice(-TAIL_LINES);
    });
  }

  #read(text: string): void {
    const end = text.indexOf('\n');
    const open = !this.#isSecret ? text : end < 0 ? '' : text.slice(end + 1);
    if (end >= 0) this.#isSecret = false;
    if (this.#isRunning) writeSync(this.#output, open);
    if (this.#onLine === null) return;
    this.#line += text;
    const lineEnd = this.#line.indexOf('\n');
    if (lineEnd >= 0) {
      const line = this.#line.slice(0, lineEnd);
      this.#line = '';
      this.#onLine(line);
    } else if (this.#line.length > MAX_LINE_CHARACTERS) this.#line = '';
  }
}

/** A process that did not do what it was started for; shown with the end of what it printed. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure';
  readonly tail: readonly string[];

  constructor(part: Part, what: string) {
    super(`${part.name} ${what}`);
    this.tail = part.tail();
  }
}

/** The environment without what would steer a proxy or a control plane that somebody else runs. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(WEFT_(?!DIST$)|MOSN_|APPNAME$|npm_|NODE_OPTIONS$)/.test(name)),
  );
}
