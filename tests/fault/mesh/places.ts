/** Where a control plane of tests lives: a network of its own that can be cut, and a disk of its own that can be filled. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { workerNumber } from '../../support/ports.ts';

/** Of temporary directories; the pid of the test follows. */
export const DIRECTORY_PREFIX = 'weft-mesh-fault-';
const NETWORK_PREFIX = 'weft-mesh-';
let next = 1;

/** Removes what a test that was killed had no chance to. */
export function removeLeftovers(temporary: string): void {
  if (process.getuid?.() !== 0) return;
  const isDead = (name: string, prefix: string): boolean => {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  for (const name of readdirSync(temporary)) {
    if (!isDead(name, DIRECTORY_PREFIX)) continue;
    const directory = path.join(temporary, name);
    for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
      const mount = line.split(' ')[1] ?? '';
      if (mount.startsWith(`${directory}/`)) execFileSync('umount', ['-l', mount], { stdio: 'ignore' });
    }
    rmSync(directory, { recursive: true, force: true });
  }
  if (!existsSync('/run/netns')) return;
  for (const name of readdirSync('/run/netns')) if (isDead(name, NETWORK_PREFIX)) ip('netns', 'del', name);
}

/** A network namespace behind a link; needs root and iproute2. */
export class PrivateNetwork {
  readonly address: string;
  readonly #gateway: string;
  readonly #name: string;
  readonly #near: string;

  private constructor() {
    const index = next++;
    const net = `198.19.${process.pid % 250}`;
    this.#name = `${NETWORK_PREFIX}${process.pid}-${index}`;
    this.#near = `wm${process.pid % 1_000_000}n${index}`;
    const far = `wm${process.pid % 1_000_000}f${index}`;
    // Workers that run side by side never meet, whatever their pids are.
    const low = ((20 * workerNumber() + index) % 60) * 4;
    this.#gateway = `${net}.${low + 1}`;
    this.address = `${net}.${low + 2}`;
    ip('netns', 'add', this.#name);
    try {
      ip('link', 'add', this.#near, 'type', 'veth', 'peer', 'name', far, 'netns', this.#name);
      ip('addr', 'add', `${this.#gateway}/30`, 'dev', this.#near);
      ip('link', 'set', this.#near, 'up');
      ip('-n', this.#name, 'addr', 'add', `${this.address}/30`, 'dev', far);
      ip('-n', this.#name, 'link', 'set', far, 'up');
      ip('-n', this.#name, 'link', 'set', 'lo', 'up');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Null where that is not permitted. */
  static create(): PrivateNetwork | null {
    if (process.getuid?.() !== 0) return null;
    try {
      return new PrivateNetwork();
    } catch {
      // No iproute2, or a container that may not.
      return null;
    }
  }

  /** What runs a command in it. */
  get prefix(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  /** What is sent from there vanishes from here on; nothing is refused. */
  cut(): void {
    ip('-n', this.#name, 'route', 'add', 'blackhole', this.#gateway);
  }

  heal(): void {
    ip('-n', this.#name, 'route', 'del', 'blackhole', this.#gateway);
  }

  close(): void {
    // With the namespace goes the link, when nothing runs in it any more.
    for (const args of [
      ['link', 'del', this.#near],
      ['netns', 'del', this.#name],
    ])
      try {
        ip(...args);
      } catch {
        // It was not made.
      }
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A directory on a small file system of its own; needs root. */
export class SmallDisk {
  readonly directory: string;
  readonly #filler: string;

  private constructor(directory: string, mebibytes: number) {
    this.directory = directory;
    this.#filler = path.join(directory, 'filler');
    mkdirSync(directory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'weft-test', directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /** Null where that is not permitted. */
  static create(directory: string, mebibytes: number): SmallDisk | null {
    if (process.getuid?.() !== 0) return null;
    try {
      return new SmallDisk(directory, mebibytes);
    } catch {
      // A container that may not.
      return null;
    }
  }

  /** Takes all that is left. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (let bytes = 1 << 20; bytes > 0; bytes >>= 1) {
        const chunk = Buffer.alloc(bytes);
        try {
          for (;;) writeSync(file, chunk);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  close(): void {
    execFileSync('umount', ['-l', this.directory], { stdio: 'ignore' });
  }
}
