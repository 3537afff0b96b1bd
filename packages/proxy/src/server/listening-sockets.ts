import { canDuplicate, duplicateDescriptor } from '../net/index.ts';
import type { AcceptSource } from '../thread/index.ts';
import { formatAddress, type ListenerSpec, type Program } from '../update/index.ts';
import { bindAddress, bindPath, type ListenSocket } from './listen-socket.ts';

/** Sockets by listener that a program needs and did not have. */
export interface BoundSockets {
  readonly fresh: ReadonlyMap<string, ListenSocket>;
  /** They take the place of those before, which are closed. */
  keep(): void;
  /** Closes what was bound. */
  undo(): void;
}

/** The listening sockets of a proxy, by listener: bound by main, accepted on by the data threads through duplicates. */
export class ListeningSockets {
  readonly #sockets = new Map<string, ListenSocket>();

  /** Those that are open. */
  get open(): ReadonlyMap<string, ListenSocket> {
    return this.#sockets;
  }

  /** The port that a listener really has; undefined when main has no socket for it. */
  port(listener: string): number | undefined {
    return this.#sockets.get(listener)?.port;
  }

  /**
   * Binds what is new or moved. Nothing is closed before `keep`, so that on an error or with `undo` nothing has changed.
   * An address that goes from one listener to another (a renamed listener) keeps its socket and its queue.
   * @throws MeshError address_in_use, address_denied, address_unavailable
   */
  async bind(listeners: readonly ListenerSpec[], before: readonly ListenerSpec[]): Promise<BoundSockets> {
    const known = new Map(before.map((item) => [item.name, item]));
    const staying = new Set(listeners.filter((item) => this.#stays(item, known)).map((item) => item.name));
    const free = this.#free(known, staying);
    const fresh = new Map<string, ListenSocket>();
    if (!canDuplicate()) return { fresh, keep: () => {}, undo: () => {} };
    const bound: ListenSocket[] = [];
    const undo = (): void => {
      for (const socket of bound) socket.close();
    };
    try {
      for (const listener of listeners) {
        if (!listener.bound || staying.has(listener.name)) continue;
        const own = free.get(addressOf(listener));
        const socket =
          own ??
          (listener.path === ''
            ? bindAddress(listener.host, listener.port, listener.name)
            : await bindPath(listener.path, listener.name));
        if (own === undefined) bound.push(socket);
        fresh.set(listener.name, socket);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { fresh, keep: () => this.#adopt(fresh), undo };
  }

  /** Closes every socket whose listener is not among these, or is not bound any more. */
  closeAllBut(listeners: readonly ListenerSpec[]): void {
    const names = new Set(listeners.filter((item) => item.bound).map((item) => item.name));
    for (const [name, socket] of this.#sockets) {
      if (names.has(name)) continue;
      socket.close();
      this.#sockets.delete(name);
    }
  }

  #stays(listener: ListenerSpec, known: ReadonlyMap<string, ListenerSpec>): boolean {
    const before = known.get(listener.name);
    return (
      before !== undefined &&
      listener.bound &&
      addressOf(before) === addressOf(listener) &&
      this.#sockets.has(listener.name)
    );
  }

  /** Sockets by address that their listeners give up; a port that the system chose is nobody's wish. */
  #free(known: ReadonlyMap<string, ListenerSpec>, staying: ReadonlySet<string>): Map<string, ListenSocket> {
    const free = new Map<string, ListenSocket>();
    for (const [name, socket] of this.#sockets) {
      const before = known.get(name);
      if (before !== undefined && !staying.has(name) && (before.port !== 0 || before.path !== ''))
        free.set(addressOf(before), socket);
    }
    return free;
  }

  #adopt(fresh: ReadonlyMap<string, ListenSocket>): void {
    const used = new Set(fresh.values());
    for (const [name, socket] of [...this.#sockets]) {
      if (fresh.has(name) && !used.has(socket)) socket.close();
      if (used.has(socket)) this.#sockets.delete(name);
    }
    for (const [name, socket] of fresh) this.#sockets.set(name, socket);
  }
}

/** As a person writes it: `host:port`, `[::1]:port`, or the path of a Unix socket. */
export function addressOf(listener: ListenerSpec, port = listener.port): string {
  return listener.path === '' ? formatAddress(listener.host, port) : listener.path;
}

/** Where a thread accepts: on a duplicate of each of these sockets. */
export function acceptSources(
  thread: number,
  program: Program,
  sockets: ReadonlyMap<string, ListenSocket>,
): AcceptSource[] {
  const sources: AcceptSource[] = [];
  if (canDuplicate()) {
    for (const [name, socket] of sockets) sources.push({ listener: name, fd: duplicateDescriptor(socket.fd) });
  } else if (thread === 0) {
    // Without duplicates one thread accepts for all.
    for (const listener of program.listeners)
      if (listener.bound) sources.push({ listener: listener.name, host: listener.host, port: listener.port });
  }
  return sources;
}
