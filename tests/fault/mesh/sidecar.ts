/** A proxy beside an application of a test, started, killed and started again on the same ports and files. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type MorePorts, type SidecarPorts, sidecarConfiguration } from '@weft/cli';
import { Program } from './processes.ts';

export interface Component {
  readonly name: string;
  readonly health: boolean;
  readonly message: string;
}

/** Where proxies find their control plane, and what they prove themselves with. */
export interface Control {
  readonly grpc: string;
  readonly keyFile: string;
}

const CALL_LIMIT_MS = 5000;

export class Sidecar {
  readonly name: string;
  readonly ports: SidecarPorts;
  readonly #directory: string;
  readonly #app: string;
  #program: Program | null = null;

  /** `more`: ports for protocols beside HTTP and Bolt, where they are spoken; `streamFilters`: by the name of their listener. */
  constructor(
    name: string,
    app: string,
    ports: SidecarPorts,
    root: string,
    more: MorePorts = {},
    streamFilters: Readonly<Record<string, readonly object[]>> = {},
  ) {
    this.name = name;
    this.#app = app;
    this.ports = ports;
    this.#directory = path.join(root, name);
    mkdirSync(path.join(this.#directory, 'logs'), { recursive: true });
    let configuration = sidecarConfiguration({
      app,
      ports,
      ...more,
      runDir: path.join(this.#directory, 'run'),
      stateDir: path.join(this.#directory, 'state'),
      logDir: path.join(this.#directory, 'logs'),
      dataThreads: 1,
    });
    for (const [listener, filters] of Object.entries(streamFilters)) {
      const line = `      - name: ${listener}\n`;
      if (!configuration.includes(line)) throw new Error(`there is no listener ${listener}`);
      configuration = configuration.replace(line, `${line}        stream_filters: ${JSON.stringify(filters)}\n`);
    }
    writeFileSync(path.join(this.#directory, 'proxy.yaml'), configuration);
  }

  /** Spawns it; `up` says when it serves. */
  spawn(control: Control, environment: Readonly<Record<string, string>> = {}): Program {
    this.#program = Program.proxy(
      this.name,
      [
        ...['start', '-c', path.join(this.#directory, 'proxy.yaml'), '--app', this.#app, '--json'],
        ...['--control', control.grpc, '--control-key-file', control.keyFile],
      ],
      this.#directory,
      environment,
    );
    return this.#program;
  }

  async start(control: Control, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.spawn(control, environment).up();
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  get isRunning(): boolean {
    return this.#program?.isRunning === true;
  }

  /** Forgets snapshot, publications and name, as on a machine that is new. */
  forget(): void {
    rmSync(path.join(this.#directory, 'state'), { recursive: true, force: true });
  }

  /** `expose`: names in other protocols. */
  async publish(dataId: string, protocol: string, appPort: number, expose: readonly object[] = []): Promise<void> {
    await this.#put(`publications/${encodeURIComponent(dataId)}`, { protocol, appPort, expose });
  }

  async subscribe(dataId: string, protocol: string, expose: readonly object[] = []): Promise<void> {
    await this.#put(`subscriptions/${encodeURIComponent(dataId)}`, { protocol, expose });
  }

  async unpublish(dataId: string): Promise<void> {
    await this.#delete(`publications/${encodeURIComponent(dataId)}`);
  }

  async unsubscribe(dataId: string): Promise<void> {
    await this.#delete(`subscriptions/${encodeURIComponent(dataId)}`);
  }

  /** Addresses of a subscribed service, at most 100, and how many there are. */
  async endpoints(dataId: string): Promise<{ endpoints: number; addresses: readonly string[]; version: number }> {
    return (await this.#get(`${this.#api}/subscriptions/${encodeURIComponent(dataId)}`)) as never;
  }

  /** Names of components that are not well, with what they say. */
  async unhealthy(): Promise<readonly string[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.admin}/api/v1/health`, {
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const { components } = (await response.json()) as { readonly components: readonly Component[] };
    return components.filter(({ health }) => !health).map(({ name, message }) => `${name}: ${message}`);
  }

  admin(target: string): Promise<unknown> {
    return this.#get(`http://127.0.0.1:${this.ports.admin}${target}`);
  }

  /** Whether a snapshot has a document with this in its name. */
  hasSaved(name: string): boolean {
    const state = path.join(this.#directory, 'state');
    return readdirSync(state, { encoding: 'utf8', recursive: true })
      .filter((file) => path.basename(file) === 'manifest.json')
      .some((file) => {
        const text = readFileSync(path.join(state, file), 'utf8');
        // Its seal stands behind the document.
        const { entries } = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as { entries: { name: string }[] };
        return entries.some((entry) => Buffer.from(entry.name, 'base64').toString('utf8').includes(name));
      });
  }

  log(): string {
    return readFileSync(path.join(this.#directory, 'logs', 'default.log'), 'utf8');
  }

  get #api(): string {
    return `http://127.0.0.1:${this.ports.api}/v1/discovery`;
  }

  async #get(url: string): Promise<unknown> {
    const response = await fetch(url, { signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async #delete(target: string): Promise<void> {
    const response = await fetch(`${this.#api}/${target}`, {
      method: 'DELETE',
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    // What was not there needs no end.
    if (!response.ok && response.status !== 404)
      throw new Error(`DELETE ${target}: ${response.status} ${await response.text()}`);
  }

  async #put(target: string, body: object): Promise<void> {
    const response = await fetch(`${this.#api}/${target}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`PUT ${target}: ${response.status} ${await response.text()}`);
  }
}
