/**
 * A host behind a link of its own, in a network namespace: the link can be cut or made lossy. Needs root, iproute2 and
 * nftables.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { requireTool } from '../support/foreign.ts';

export function canUseNamespaces(): boolean {
  if (process.getuid?.() !== 0) return false;
  const name = `weft-probe-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
    return true;
  } catch {
    // No iproute2, or a container that may not.
    return false;
  }
}

const HOST_PORT = 8080;
const SCRIPT = `const http=require('http');let n=0;http.createServer((q,s)=>{n++;q.resume();if(q.url==='/silent')return;s.end(String(n))}).listen(${HOST_PORT},()=>console.log('ready'))`;
let next = 1;

export class FarHost {
  readonly address: string;
  readonly #name: string;
  readonly #near: string;
  readonly #far: string;
  readonly #gateway: string;
  #child: ChildProcess | null = null;

  private constructor(index: number) {
    this.#name = `weft-${process.pid}-${index}`;
    this.#near = `wn${process.pid % 100000}${index}`;
    this.#far = `wf${process.pid % 100000}${index}`;
    this.#gateway = `198.18.${index}.1`;
    this.address = `198.18.${index}.2:${HOST_PORT}`;
  }

  static async create(): Promise<FarHost> {
    const index = next++;
    const host = new FarHost(index);
    ip('netns', 'add', host.#name);
    ip('link', 'add', host.#near, 'type', 'veth', 'peer', 'name', host.#far, 'netns', host.#name);
    ip('addr', 'add', `${host.#gateway}/24`, 'dev', host.#near);
    ip('link', 'set', host.#near, 'up');
    ip('-n', host.#name, 'addr', 'add', `198.18.${index}.2/24`, 'dev', host.#far);
    ip('-n', host.#name, 'link', 'set', host.#far, 'up');
    ip('-n', host.#name, 'link', 'set', 'lo', 'up');
    await host.#serve();
    return host;
  }

  /** What the host sends vanishes from here on; nothing is refused. */
  cut(): void {
    ip('-n', this.#name, 'route', 'add', 'blackhole', this.#gateway);
  }

  heal(): void {
    ip('-n', this.#name, 'route', 'del', 'blackhole', this.#gateway);
  }

  /**
   * Drops that share of the TCP segments from here on, in each direction at random. By the packet filter at both ends of
   * the host's own device: the netem queue is a module that many kernels do not bring.
   */
  lose(percent: number): void {
    const drop = `meta l4proto tcp numgen random mod 100 < ${percent} counter drop`;
    const chain = (name: string): string =>
      `chain ${name} { type filter hook ${name} device "${this.#far}" priority 0; ${drop}; };`;
    this.#nft(`table netdev loss { ${chain('ingress')} ${chain('egress')} }`);
  }

  /** Segments dropped so far: towards the host, and from it. */
  lost(): { readonly towards: number; readonly from: number } {
    const counts = [...this.#nft('list ruleset').matchAll(/counter packets (\d+)/g)].map(([, count]) => Number(count));
    return { towards: counts[0] ?? 0, from: counts[1] ?? 0 };
  }

  /** The process ends; its address stays and refuses. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    ip('link', 'del', this.#near);
    ip('netns', 'del', this.#name);
  }

  #nft(script: string): string {
    const nft = requireTool('nft', 'nftables');
    return execFileSync('ip', ['netns', 'exec', this.#name, nft, '-f', '-'], { input: script, encoding: 'utf8' });
  }

  async #serve(): Promise<void> {
    const child = spawn('ip', ['netns', 'exec', this.#name, process.execPath, '-e', SCRIPT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    await new Promise((resolve) => child.stdout.once('data', resolve));
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args);
}
