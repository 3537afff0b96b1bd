import { MeshError } from '@weft/kit';
import type { HostStanding } from '@weft/sdk';
import type { FromThread } from '../thread/index.ts';
import { diffPrograms, HostPacker, type Program } from '../update/index.ts';
import { GivenDescriptors } from './given-descriptors.ts';
import type { ListenSocket } from './listen-socket.ts';
import { acceptSources, type ListeningSockets } from './listening-sockets.ts';
import type { StatsBlocks } from './stats-blocks.ts';
import type { Threads } from './threads.ts';

interface Applying {
  readonly waiting: Set<number>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A program that threads build and do not use yet. */
interface Preparing extends Applying {
  readonly generation: number;
  readonly prepared: Set<number>;
}

type Sockets = ReadonlyMap<string, ListenSocket>;

/** Brings programs to the data threads: each gets the difference to what it has, a new one gets everything. */
export class Rollout {
  readonly #threads: Threads;
  readonly #sockets: ListeningSockets;
  readonly #blocks: StatsBlocks;
  readonly #given = new GivenDescriptors();
  readonly #packer = new HostPacker();
  readonly #applying = new Map<number, Applying>();
  #preparing: Preparing | null = null;
  /** What each thread has; null = nothing yet. */
  readonly #sent: (Program | null)[];
  #program: Program | null = null;
  #started = false;
  #ports: Readonly<Record<string, number>> = {};
  #longestSliceMs = 0;

  constructor(threads: Threads, sockets: ListeningSockets, blocks: StatsBlocks) {
    this.#threads = threads;
    this.#sockets = sockets;
    this.#blocks = blocks;
    this.#sent = Array.from({ length: threads.count }, () => null);
  }

  /** The hosts of a cluster now, and whether each is healthy; none when there is no such cluster. */
  hosts(cluster: string): HostStanding[] {
    const found = this.#program?.clusters.find(({ name }) => name === cluster);
    if (found === undefined) return [];
    const health = new Uint8Array(found.health);
    return found.hosts.map(({ address, slot }) => ({ address, healthy: health[slot] === 0 }));
  }

  /** The program that every thread has, or is about to get. */
  get program(): Program | null {
    return this.#program;
  }

  /** Longest synchronous slice that an update took from a data thread that served already, ms of its CPU time. */
  get longestSliceMs(): number {
    return this.#longestSliceMs;
  }

  /** The port that a listener really has; 0 when it is not open. */
  port(listener: string): number {
    return this.#sockets.port(listener) ?? this.#ports[listener] ?? 0;
  }

  /** Starts the threads; resolves when every one of them serves. */
  async start(program: Program): Promise<void> {
    this.#program = program;
    const applied = this.#expect(program.generation, this.#sent.keys());
    this.#threads.start();
    await applied;
    this.#packer.forget();
    this.#started = true;
  }

  /**
   * Lets every thread that is up build a program, with sockets that are new for it; resolves with those that have.
   * Nothing that requests see has changed then, nor when it fails.
   * @throws MeshError internal when a thread refuses it
   */
  async prepare(program: Program, fresh: Sockets): Promise<ReadonlySet<number>> {
    const ready = this.#ready();
    const prepared = new Set<number>();
    if (ready.length === 0) return prepared;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#preparing = { generation: program.generation, waiting: new Set(ready), prepared, resolve, reject };
        for (const index of ready) this.#send(index, program, fresh, false);
      });
    } catch (error) {
      this.#threads.broadcast({ type: 'abort', generation: program.generation });
      for (const index of prepared) this.#given.forget(index);
      throw error;
    } finally {
      this.#preparing = null;
    }
    return prepared;
  }

  /** Puts a prepared program in place; resolves when every thread that is up uses it. */
  async commit(program: Program, prepared: ReadonlySet<number>, fresh: Sockets): Promise<void> {
    this.#program = program;
    const ready = this.#ready();
    if (ready.length === 0) return;
    const applied = this.#expect(program.generation, ready);
    for (const index of ready) {
      if (prepared.has(index)) this.#threads.send(index, { type: 'commit', generation: program.generation });
      // It came back meanwhile, with the program of before.
      else this.#send(index, program, fresh, true);
      this.#sent[index] = program;
    }
    await applied;
    this.#packer.forget();
  }

  threadReady(index: number): void {
    if (this.#program === null) return;
    this.#send(index, this.#program, this.#sockets.open, true);
    this.#sent[index] = this.#program;
  }

  /** It gets everything when it is up again: nobody waits for it. */
  threadDied(index: number): void {
    this.#sent[index] = null;
    this.#given.reclaim(index);
    this.#preparing?.prepared.delete(index);
    if (this.#preparing !== null) settle(this.#preparing, index);
    for (const applying of this.#applying.values()) settle(applying, index);
  }

  prepared(index: number, generation: number): void {
    const preparing = this.#preparing;
    if (preparing?.generation !== generation || !preparing.waiting.has(index)) return;
    preparing.prepared.add(index);
    settle(preparing, index);
  }

  applied(index: number, message: Extract<FromThread, { type: 'applied' }>): void {
    this.#threads.markServing(index);
    this.#given.forget(index);
    this.#ports = { ...this.#ports, ...message.ports };
    // The first program is built before anybody is served.
    if (message.generation > 1) this.#longestSliceMs = Math.max(this.#longestSliceMs, message.longestSliceMs);
    const applying = this.#applying.get(message.generation);
    if (applying !== undefined) settle(applying, index);
  }

  rejected(index: number, message: Extract<FromThread, { type: 'rejected' }>): void {
    this.#given.reclaim(index);
    const error = new MeshError('internal', `data thread ${index} refused the program: ${message.message}`);
    const applying = this.#applying.get(message.generation);
    if (this.#preparing?.generation === message.generation) this.#preparing.reject(error);
    else if (!this.#started) applying?.reject(error);
    else {
      // The others have the program, so it is the thread that is wrong. Without one it would never serve again.
      this.#sent[index] = null;
      if (applying !== undefined) settle(applying, index);
      this.#threads.replace(index);
    }
  }

  #ready(): number[] {
    return [...this.#sent.keys()].filter((index) => this.#threads.isReady(index));
  }

  #send(index: number, program: Program, sockets: Sockets, commits: boolean): void {
    const refs = this.#blocks.refs(index, program, (name) => sockets.get(name)?.port ?? this.port(name));
    const accept = acceptSources(index, program, sockets);
    this.#given.add(
      index,
      accept.flatMap(({ fd }) => fd ?? []),
    );
    this.#threads.send(index, {
      type: 'update',
      update: diffPrograms(this.#sent[index] ?? null, program, refs, this.#packer),
      accept,
      commits,
    });
  }

  #expect(generation: number, threads: Iterable<number>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#applying.set(generation, {
        waiting: new Set(threads),
        resolve: () => {
          this.#applying.delete(generation);
          resolve();
        },
        reject: (error) => {
          this.#applying.delete(generation);
          reject(error);
        },
      });
    });
  }
}

function settle(applying: Applying, index: number): void {
  if (applying.waiting.delete(index) && applying.waiting.size === 0) applying.resolve();
}
