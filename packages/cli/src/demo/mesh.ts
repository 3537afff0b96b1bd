import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DemoInstance, DemoPlaces, DemoServices } from './contract.ts';
import { Entrance } from './entrance.ts';
import { FreePorts, insteadOf } from './free-ports.ts';
import { buildJava } from './java/index.ts';
import { removeRecord, writeRecord } from './leftovers.ts';
import { Load } from './load.ts';
import { waitFor } from './local-call.ts';
import { Part, type PartCommand, PartFailure } from './part.ts';
import type { Progress } from './progress.ts';
import {
  announce,
  applicationCommand,
  endpointsKnown,
  hostOf,
  planSidecar,
  proxyCommand,
  type Sidecar,
} from './sidecar.ts';

export interface DemoMeshOptions {
  readonly services: DemoServices;
  /** Some of the applications run on the JVM. */
  readonly java: boolean;
  /** Folder of everything that the demo writes; it is there. */
  readonly directory: string;
  /** Removed at the end. */
  readonly temporary: boolean;
  readonly progress: Progress;
  /** Port of the console, when it is free; 0 = any. */
  readonly consolePort: number;
  /** Port of the page, when it is free; 0 = any. */
  readonly pagePort: number;
  /** Requests per second. */
  readonly ratePerSecond: number;
  /** A part that ended by itself. */
  readonly onFailure: (part: Part, how: string) => void;
}

/** On two busy cores, thirteen processes of Node take their time. */
const START_TIMEOUT_MS = 60_000;
const BUILD_TIMEOUT_MS = 180_000;
/** Maven fetches some 200 files the first time. */
const MAVEN_TIMEOUT_MS = 900_000;
const FOUND_TIMEOUT_MS = 20_000;
/** The time that a proxy gives running requests, and what a machine with far more to do than it can adds to it. */
const PROXY_GRACE_MS = 45_000;
const GRACE_MS = 30_000;

/** Bookinfo in a mesh of its own: a control plane, a proxy beside each application, and a few readers. */
export class DemoMesh {
  readonly #options: DemoMeshOptions;
  readonly #ports = new FreePorts(process.pid * 61);
  readonly #control: Part[] = [];
  readonly #proxies: Part[] = [];
  readonly #applications: Part[] = [];
  readonly #others: Part[] = [];
  #entrance: Entrance | null = null;
  #load: Load | null = null;
  /** Aborted when the end has begun: what waits gives up. */
  readonly #end = new AbortController();
  #places: DemoPlaces = { console: '', page: '', login: null };
  #sidecars: readonly Sidecar[] = [];
  readonly #classPaths = new Map<string, string>();

  constructor(options: DemoMeshOptions) {
    this.#options = options;
  }

  get places(): DemoPlaces {
    return this.#places;
  }

  /** With the logs of every part. */
  get directory(): string {
    return this.#options.directory;
  }

  get sidecars(): readonly Sidecar[] {
    return this.#sidecars;
  }

  /** Some of the applications run on the JVM. */
  get hasJava(): boolean {
    return this.#options.java;
  }

  get load(): Load | null {
    return this.#load;
  }

  /** Leaders of the process groups, also of those that have ended. */
  get pids(): number[] {
    return this.#parts().map((part) => part.pid);
  }

  get ports(): readonly number[] {
    return this.#ports.list();
  }

  /** The sidecar of an application; of the first version where there are several. */
  sidecarOf(app: string): Sidecar {
    const found = this.#sidecars.find(({ instance }) => instance.app === app);
    if (found === undefined) throw new Error(`the demo has no application ${app}`);
    return found;
  }

  /** Starts part after part. @throws Error at the first that does not come up; `stop` ends the others */
  async start(): Promise<void> {
    const { progress, services, directory, ratePerSecond } = this.#options;
    if (services.consoleBuild !== null) {
      const build = services.consoleBuild;
      await progress.step('console pages', () => this.#buildConsole(build));
    }
    const instances = this.#options.java ? services.javaInstances : services.instances;
    for (const instance of instances) await this.#compile(instance);
    let control = { address: '', keyFile: '' };
    await progress.step('control plane', async () => {
      const { httpPort, ...started } = await this.#startControl();
      control = started;
      return `${this.#places.console}${insteadOf(this.#options.consolePort, httpPort)}`;
    });
    const sidecars: Sidecar[] = [];
    for (const instance of instances) sidecars.push(await planSidecar(instance, directory, this.#ports));
    this.#sidecars = sidecars;
    // Nothing may be written into the folder once it has been removed.
    this.#end.signal.throwIfAborted();
    await progress.step(`${sidecars.length} proxies`, async () => {
      const parts = sidecars.map((sidecar) =>
        this.#startPart(this.#proxies, proxyCommand(sidecar, services.launcher, control)),
      );
      await Promise.all(parts.map(serving));
      return 'each with the services and rules of the control plane';
    });
    await progress.step(`${sidecars.length} applications`, async () => {
      for (const sidecar of sidecars) {
        const classPath = this.#classPaths.get(sidecar.name) ?? null;
        this.#startPart(this.#applications, applicationCommand(sidecar, classPath));
      }
      await Promise.all(sidecars.map((sidecar, index) => this.#listening(sidecar, this.#applications[index] as Part)));
      return [...new Set(sidecars.map(({ instance }) => instance.app))].join(', ');
    });
    await progress.step('services find each other', async () => {
      for (const sidecar of sidecars) await announce(sidecar);
      const counts = await Promise.all(
        sidecars.flatMap((sidecar) =>
          sidecar.instance.dependencies.map(({ service }) => this.#found(sidecar, service)),
        ),
      );
      return `${counts.length} subscriptions, each with its endpoints`;
    });
    await progress.step('readers', async () => {
      const instead = insteadOf(this.#options.pagePort, await this.#openPage());
      return `${ratePerSecond === 0 ? '' : `${ratePerSecond} requests/s to `}${this.#places.page}${instead}`;
    });
  }

  /** Ends load, applications, proxies and control plane in this order. Says what had to be killed, and why. */
  async stop(): Promise<string[]> {
    this.#end.abort(new Error('the demo is ending'));
    this.#load?.stop();
    await this.#entrance?.stop();
    const killed: string[] = [];
    const end = async (parts: readonly Part[], graceMs: number, signal?: 'SIGINT'): Promise<void> => {
      await Promise.all(
        parts.map(async (part) => {
          const why = await part.stop(graceMs, signal);
          if (why !== null) killed.push(`${part.name} had to be killed: ${why}`);
        }),
      );
    };
    // Who asks before who is asked, so that nobody waits for somebody who is gone.
    for (const application of this.#applications.toReversed()) await end([application], GRACE_MS);
    // At once: there is nobody left whom a proxy would have to tell that it leaves.
    await end(this.#proxies, PROXY_GRACE_MS, 'SIGINT');
    await end([...this.#control, ...this.#others], GRACE_MS);
    this.#removeFiles();
    return killed;
  }

  /** Ends everything at once. */
  kill(): void {
    this.#end.abort(new Error('the demo is ending'));
    for (const part of this.#parts()) part.kill();
    this.#removeFiles();
  }

  #removeFiles(): void {
    const { directory, temporary } = this.#options;
    if (temporary) rmSync(directory, { recursive: true, force: true });
    else removeRecord(directory);
  }

  #parts(): Part[] {
    return [...this.#applications, ...this.#proxies, ...this.#control, ...this.#others];
  }

  #startPart(list: Part[], command: PartCommand): Part {
    this.#end.signal.throwIfAborted();
    mkdirSync(command.directory, { recursive: true, mode: 0o700 });
    const part = Part.start(command);
    list.push(part);
    writeRecord(this.#options.directory, this.pids);
    if (list !== this.#others) {
      part.whenItFails((how) => {
        if (!this.#end.signal.aborted) this.#options.onFailure(part, how);
      });
    }
    return part;
  }

  /** An application on the JVM, from its sources. */
  async #compile({ app, java }: DemoInstance): Promise<void> {
    if (java === undefined) return;
    await this.#options.progress.step(`${app}, on ${java.framework}`, async (note) => {
      const { directory } = this.#options;
      const run = (command: PartCommand): Promise<void> => this.#runToEnd(command, MAVEN_TIMEOUT_MS);
      const built = await buildJava({ app, java, directory, run, note });
      this.#classPaths.set(app, built.classPath);
      return `${built.libraries} libraries, ${built.wasThere ? 'compiled before' : 'compiled; the next start finds them'}`;
    });
  }

  async #buildConsole(build: NonNullable<DemoServices['consoleBuild']>): Promise<string> {
    await this.#runToEnd(
      {
        name: 'the build of the console',
        program: build.program,
        args: build.args,
        directory: build.directory,
        // Vite would leave a cache in the folder for temporary files.
        environment: { NODE_DISABLE_COMPILE_CACHE: '1' },
        outputFile: path.join(this.#options.directory, 'console-build.out'),
      },
      BUILD_TIMEOUT_MS,
    );
    return 'built; the next start finds them';
  }

  async #runToEnd(command: PartCommand, timeoutMs: number): Promise<void> {
    const part = this.#startPart(this.#others, command);
    const timer = setTimeout(() => part.kill(), timeoutMs);
    const how = await part.ended;
    clearTimeout(timer);
    if (how !== 'exit code 0') throw new PartFailure(part, `ended with ${how}`);
  }

  async #startControl(): Promise<{ address: string; keyFile: string; httpPort: number }> {
    const { services, directory, consolePort } = this.#options;
    const data = path.join(directory, 'control');
    const httpPort = await this.#ports.take(consolePort);
    const grpcPort = await this.#ports.take();
    const part = this.#startPart(this.#control, {
      name: 'the control plane',
      program: process.execPath,
      args: [
        services.launcher,
        'up',
        '--data',
        data,
        '--listen',
        `127.0.0.1:${httpPort}`,
        '--grpc',
        `127.0.0.1:${grpcPort}`,
        '--drm-query',
        'off',
        '--json',
      ],
      directory,
      environment: {},
      outputFile: path.join(directory, 'control.out'),
      // The one-time password.
      firstLineIsSecret: true,
      logFile: path.join(data, 'logs', 'control.log'),
    });
    const up = await answerOf(part);
    this.#places = {
      ...this.#places,
      console: String(up['url']).replace(/\/$/, ''),
      login:
        typeof up['oneTimePassword'] === 'string'
          ? { user: String(up['user']), oneTimePassword: up['oneTimePassword'] }
          : null,
    };
    return { address: String(up['grpc']), keyFile: String(up['keyFile']), httpPort };
  }

  #wait<T>(what: string, timeoutMs: number, ask: () => Promise<T | null>): Promise<T> {
    return waitFor(what, timeoutMs, ask, this.#end.signal);
  }

  /** Waits until an application takes calls. */
  async #listening({ instance, appPort }: Sidecar, part: Part): Promise<void> {
    await this.#wait(`${part.name} listens on 127.0.0.1:${appPort}`, START_TIMEOUT_MS, async () => {
      if (!part.isRunning) return 'ended';
      return (await accepts(appPort)) ? instance.app : null;
    });
    if (!part.isRunning) throw new PartFailure(part, `ended with ${await part.ended}`);
  }

  async #found(sidecar: Sidecar, service: string): Promise<number> {
    const expected = this.#sidecars.filter(({ instance }) => instance.dataId === service).length;
    return this.#wait(`${sidecar.name} finds ${expected} endpoints of ${service}`, FOUND_TIMEOUT_MS, async () => {
      const count = await endpointsKnown(sidecar, service);
      return count >= expected ? count : null;
    });
  }

  /** Gives the port of the page. */
  async #openPage(): Promise<number> {
    const { pagePort, ratePerSecond } = this.#options;
    const { ports, instance } = this.sidecarOf('productpage');
    const ingress = new URL(`http://127.0.0.1:${ports.httpIngress}/`);
    const port = await this.#ports.take(pagePort);
    this.#end.signal.throwIfAborted();
    this.#entrance = new Entrance(ingress, hostOf(instance.dataId));
    await this.#entrance.listen(port);
    this.#places = { ...this.#places, page: `http://127.0.0.1:${port}/productpage` };
    await this.#wait('the page with details and reviews', FOUND_TIMEOUT_MS, async () => {
      const response = await fetch(this.#places.page, { signal: AbortSignal.timeout(5000) });
      await response.arrayBuffer();
      const details = response.headers.get('x-details');
      const reviews = response.headers.get('x-reviews') ?? '';
      if (details === 'ok' && /^v\d$/.test(reviews)) return true;
      throw new Error(`status ${response.status}, details: ${details}, reviews: ${reviews}`);
    });
    this.#end.signal.throwIfAborted();
    this.#load = new Load(ingress, hostOf(instance.dataId));
    if (ratePerSecond > 0) this.#load.start(ratePerSecond);
    return port;
  }
}

async function serving(part: Part): Promise<void> {
  await answerOf(part);
}

/** The line of JSON by which `weft` says that it is up. */
async function answerOf(part: Part): Promise<Record<string, unknown>> {
  const line = await part.firstLine(START_TIMEOUT_MS);
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw new PartFailure(part, `said ${JSON.stringify(line.slice(0, 200))} where a line of JSON was expected`);
  }
  if (answer['ok'] === true) return answer;
  const { message } = (answer['error'] ?? {}) as { message?: string };
  throw new PartFailure(part, `does not start: ${message ?? line}`);
}

async function accepts(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
