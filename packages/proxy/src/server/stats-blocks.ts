import type { StatsBlock, StatsStore } from '@weft/telemetry';
import type { ListenerSpec, Program, ThreadRefs } from '../update/index.ts';

/** Where listeners and clusters count; blocks are made on first use and live as long as their listener or cluster. */
export class StatsBlocks {
  readonly #stats: StatsStore;
  readonly #blocks = new Map<string, StatsBlock>();

  constructor(stats: StatsStore) {
    this.#stats = stats;
  }

  /** The cells of one thread. `port` tells the one that a listener really has, 0 when it is not known. */
  refs(thread: number, program: Program, port: (listener: string) => number): ThreadRefs {
    return {
      listener: (name) => {
        const listener = program.listeners.find((item) => item.name === name) as ListenerSpec;
        return this.#block(`listener/${name}`, () =>
          this.#stats.allocate('downstream', {
            listener: name,
            port: String(port(name) || listener.port),
            direction: directionOf(listener.type),
            protocol: listener.protocols.map((use) => use.name).join(','),
          }),
        ).ref(thread);
      },
      cluster: (name) =>
        this.#block(`cluster/${name}`, () => this.#stats.allocate('upstream', { cluster: name })).ref(thread),
    };
  }

  /** Releases the blocks of what this program does not have. */
  releaseAllBut(program: Program): void {
    const keys = new Set([
      ...program.listeners.map((item) => `listener/${item.name}`),
      ...program.clusters.map((item) => `cluster/${item.name}`),
    ]);
    for (const [key, block] of this.#blocks) {
      if (keys.has(key)) continue;
      this.#stats.release(block);
      this.#blocks.delete(key);
    }
  }

  #block(key: string, create: () => StatsBlock): StatsBlock {
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = create();
      this.#blocks.set(key, block);
    }
    return block;
  }
}

function directionOf(type: string): string {
  if (type === 'ingress') return 'in';
  return type === 'egress' ? 'out' : '';
}
