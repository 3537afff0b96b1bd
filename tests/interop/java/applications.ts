import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exclusively } from '../../support/exclusively.ts';
import { requireTool, runTool } from '../../support/foreign.ts';

export { freePort } from '../../support/ports.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/weft-java/', import.meta.url));
const BUILD_LIMIT_MS = 300_000;

/** Small machines that start fast, and what Hessian needs to see of the JDK, as the documentation of its users has it. */
const JVM_ARGUMENTS = [
  '-Xmx128m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  ...['java.lang', 'java.math', 'java.util', 'java.util.concurrent', 'java.time'].map(
    (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
  ),
];

/** A version of a framework that the applications are compiled against. */
export interface Edition {
  /** Folder with `pom.xml` and `src`. */
  readonly folder: 'dubbo' | 'dubbo-thrift' | 'sofarpc' | 'spring-cloud';
  readonly version: string;
  /** Properties of the POM that choose the version. */
  readonly properties: Readonly<Record<string, string>>;
}

export const dubbo = (version: string): Edition => ({
  folder: 'dubbo',
  version,
  properties: { 'dubbo.version': version },
});

/** The protocol `thrift` of Dubbo 2. */
export const dubboThrift = (version: string): Edition => ({
  folder: 'dubbo-thrift',
  version,
  properties: { 'dubbo.version': version },
});

export const sofaRpc = (version: string): Edition => ({
  folder: 'sofarpc',
  version,
  properties: { 'sofa.version': version },
});

export const springCloud = (version: string, boot: string): Edition => ({
  folder: 'spring-cloud',
  version,
  properties: { 'cloud.version': version, 'boot.version': boot },
});

export interface Built {
  readonly version: string;
  readonly classPath: string;
}

/** Compiles the applications against one version of a framework; what did not change since the last time is taken from there. */
export async function build({ folder, version, properties }: Edition): Promise<Built> {
  requireTool('java', 'openjdk-17-jdk-headless');
  const javac = requireTool('javac', 'openjdk-17-jdk-headless');
  const maven = requireTool('mvn', 'maven');
  const pom = path.join(HERE, folder, 'pom.xml');
  const files = ['contract', folder].flatMap((name) => {
    const sources = path.join(HERE, name, 'src/org/example/orders');
    return readdirSync(sources).map((file) => path.join(sources, file));
  });
  const libraries = await cached(`${folder}-${version}-libraries`, [pom], (target) =>
    must(maven, [
      '-q',
      '-B',
      '-f',
      pom,
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${target}`,
      '-DincludeScope=runtime',
    ]),
  );
  const classes = await cached(`${folder}-${version}-classes`, [pom, ...files], (target) =>
    must(javac, ['-nowarn', '-cp', `${libraries}/*`, '-d', target, ...files]),
  );
  return { version, classPath: `${classes}${path.delimiter}${libraries}/*` };
}

/** A folder that `fill` made of `sources`; filled anew only when one of them changed. */
async function cached(
  name: string,
  sources: readonly string[],
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(file));
  const folder = path.join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  // Maven's own store of libraries bears one Maven at a time.
  return exclusively(path.join(CACHE, 'lock'), async () => {
    // Another test file may have made it meanwhile.
    if (existsSync(folder)) return folder;
    const work = `${folder}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    await fill(work);
    renameSync(work, folder);
    return folder;
  });
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runTool(file, args, { limitMs: BUILD_LIMIT_MS });
  if (code !== 0) throw new Error(`${path.basename(file)} failed: ${stderr}${stdout.toString()}`);
}

/** A JVM that answers each line of its input with a line that begins with `@`. */
export class Application {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  #log = '';

  constructor({ classPath }: Built, main: string, args: readonly string[], jvm: readonly string[] = []) {
    this.#process = spawn(
      requireTool('java', 'openjdk-17-jdk-headless'),
      [...JVM_ARGUMENTS, ...jvm, '-cp', classPath, `org.example.orders.${main}`, ...args],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    const { stdin, stdout, stderr } = this.#process;
    stdin?.on('error', () => {});
    stderr?.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-8000);
    });
    if (stdout !== null)
      createInterface({ input: stdout }).on('line', (line) => {
        if (line.startsWith('@')) this.#waiting.shift()?.(line.slice(1));
      });
    this.#process.on('exit', () => {
      for (const tell of this.#waiting.splice(0)) tell(`the JVM ended: ${this.#log}`);
    });
  }

  get log(): string {
    return this.#log;
  }

  /** The next answer; `command` asks for it. */
  ask(command?: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (command !== undefined) this.#process.stdin?.write(`${command}\n`);
    });
  }

  /** Ends it at once, as a crash does. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) resolve();
      else {
        this.#process.once('exit', () => resolve());
        this.#process.kill('SIGKILL');
      }
    });
  }
}

/** A provider that serves on `port`. */
export async function startProvider(built: Built, port: number, args: readonly string[] = []): Promise<Application> {
  return ready(new Application(built, 'Provider', [String(port), ...args]));
}

/** A consumer; `jvm` are arguments of its machine. */
export async function startConsumer(
  built: Built,
  args: readonly string[] = [],
  jvm: readonly string[] = [],
): Promise<Application> {
  return ready(new Application(built, 'Consumer', args, jvm));
}

async function ready(application: Application): Promise<Application> {
  const line = await application.ask();
  if (line !== 'ready') throw new Error(line);
  return application;
}
