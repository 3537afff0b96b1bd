import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_LIMIT_MS = 20_000;

export const MODULES = path.join(ROOT, 'node_modules');

/** The search path of this machine, without what npm puts in front of it for the repository. */
export const MACHINE_PATH = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !folder.startsWith(ROOT.slice(0, -1)) && !folder.includes('node_modules'))
  .join(path.delimiter);

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with nothing in it but Weft, installed from its tarball. */
export class InstalledWeft {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #proxy: ChildProcess | null = null;
  #exited: Promise<number | null> = Promise.resolve(null);

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  /**
   * Packs the repository and installs the tarball; `npmArguments` say from where the rest comes, `searchPath` which
   * Node and npm are found.
   */
  static async install(npmArguments: readonly string[], searchPath = process.env['PATH']): Promise<InstalledWeft> {
    const folder = mkdtempSync(path.join(tmpdir(), 'weft-install-'));
    const pack = [
      path.join(ROOT, 'tools/src/pack/main.ts'),
      '--out',
      path.join(folder, 'package'),
      '--destination',
      path.join(folder, 'tarball'),
    ];
    const { stdout } = await run(process.execPath, ['--conditions=@weft/source', ...pack], { cwd: ROOT });
    const tarball = stdout.trim().split('\n').at(-1) ?? '';
    // Nothing of the vitest process, of npm above it or of this user's settings reaches the installed Weft.
    const home = path.join(folder, 'home');
    mkdirSync(path.join(folder, 'app'));
    mkdirSync(home);
    // Without it npm would take a folder above, should one there have a package.json, for the place to install into.
    writeFileSync(path.join(folder, 'app/package.json'), '{"private":true}');
    const environment = { PATH: searchPath, HOME: home, XDG_RUNTIME_DIR: home, XDG_STATE_HOME: home };
    const installed = new InstalledWeft(path.join(folder, 'app'), environment);
    const cache = `--cache=${path.join(folder, 'cache')}`;
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-update-notifier', cache, ...npmArguments, tarball], {
      cwd: installed.folder,
      env: environment,
    });
    return installed;
  }

  async weft(...args: string[]): Promise<Ended> {
    try {
      const { stdout, stderr } = await run('npx', ['--no-install', 'weft', ...args], {
        cwd: this.folder,
        env: this.#environment,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as Ended;
      return { code, stdout, stderr };
    }
  }

  /** Writes a configuration, starts the proxy with it and gives what `start --json` says. */
  async start(
    file: string,
    config: object,
  ): Promise<{ readonly listeners: readonly { readonly name: string; readonly address: string }[] }> {
    writeFileSync(path.join(this.folder, file), JSON.stringify(config));
    const bin = path.join(this.folder, 'node_modules/.bin/weft');
    const child = spawn(bin, ['proxy', 'start', '-c', file, '--json'], {
      cwd: this.folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#proxy = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
    let output = '';
    return await new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}:\n${output}`));
      const limit = setTimeout(() => fail('the proxy did not start'), START_LIMIT_MS);
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const line = /^\{.*\}$/m.exec(output)?.[0];
        if (line === undefined) return;
        clearTimeout(limit);
        resolve(JSON.parse(line));
      });
      child.once('exit', () => {
        clearTimeout(limit);
        fail('the proxy ended');
      });
    });
  }

  /** Exit code of the proxy, once it has ended. */
  exitCode(): Promise<number | null> {
    return this.#exited;
  }

  dispose(): void {
    this.#proxy?.kill('SIGKILL');
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }
}
