/**
 * A transport without sockets: for tests with a fake clock, and for parts of one process that talk to each other. It keeps
 * the contract of the real one: nothing is delivered within `send()`, what was sent before a close arrives first, a window
 * bounds what is under way, and a connection can be cut or fall silent.
 */
import {
  type ClientConnection,
  type ClientTransport,
  type ConnectEvents,
  type MessageStream,
  type ServerStream,
  STATUS,
  type StreamAcceptor,
  type StreamEvents,
  type StreamHeaders,
  type StreamListener,
  type StreamStatus,
} from './stream.ts';

export interface MemoryNetworkOptions {
  /** Messages under way per direction before `send()` returns false. Default 16. */
  readonly window?: number;
  /** Runs a delivery later, in order. Default `setImmediate`. */
  readonly defer?: (delivery: () => void) => void;
  /** Asked for each message; true loses it without a trace (what TCP would never do, and a defect might). */
  readonly drop?: (bytes: Uint8Array, to: 'client' | 'server') => boolean;
}

export interface MemoryNetwork {
  listen(address: string, accept: StreamAcceptor): StreamListener;
  readonly transport: ClientTransport;
  /** Breaks all connections of an address; both ends learn of it. */
  cut(address: string): void;
  readonly connections: number;
}

class Half implements MessageStream {
  other: Half | undefined;
  readonly #network: Required<MemoryNetworkOptions>;
  readonly #side: 'client' | 'server';
  readonly #inbox: Uint8Array[] = [];
  #events: StreamEvents | undefined;
  #ending: StreamStatus | undefined;
  #over = false;
  #full = false;
  #scheduled = false;
  onOver: () => void = () => {};

  constructor(network: Required<MemoryNetworkOptions>, side: 'client' | 'server') {
    this.#network = network;
    this.#side = side;
  }

  listen(events: StreamEvents): void {
    this.#events = events;
    this.#schedule();
  }

  send(bytes: Uint8Array): boolean {
    const { other } = this;
    if (this.#over || other === undefined) return false;
    if (!this.#network.drop(bytes, other.#side)) other.#receive(new Uint8Array(bytes));
    this.#full = other.#inbox.length >= this.#network.window;
    return !this.#full;
  }

  close(status: StreamStatus): void {
    if (this.#over) return;
    this.#over = true;
    this.#inbox.length = 0;
    this.other?.ends(this.#side === 'client' ? { code: STATUS.cancelled, message: 'the client has gone' } : status);
    this.onOver();
  }

  finish(): void {
    this.other?.ends({ code: STATUS.ok, message: 'the client ended the stream' });
  }

  /** The other side, or the network, ended it: told after all that came before. */
  ends(status: StreamStatus): void {
    if (this.#over || this.#ending !== undefined) return;
    this.#ending = status;
    this.#schedule();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#over || this.#ending !== undefined) return;
    this.#inbox.push(bytes);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#events === undefined) return;
    if (this.#inbox.length === 0 && this.#ending === undefined) return;
    this.#scheduled = true;
    this.#network.defer(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const events = this.#events;
    if (this.#over || events === undefined) return;
    const bytes = this.#inbox.shift();
    if (bytes !== undefined) {
      events.message(bytes);
      this.other?.drained(this.#inbox.length);
      this.#schedule();
      return;
    }
    if (this.#ending === undefined) return;
    this.#over = true;
    this.onOver();
    events.end(this.#ending);
    if (this.#side === 'server') this.other?.ends({ code: STATUS.ok, message: '' });
  }

  drained(left: number): void {
    if (!this.#full || left > this.#network.window / 2) return;
    this.#full = false;
    if (!this.#over) this.#events?.drain();
  }
}

class MemoryServerStream implements ServerStream {
  readonly method: string;
  readonly peer: string;
  readonly #half: Half;
  readonly #headers: StreamHeaders;

  constructor(half: Half, method: string, headers: StreamHeaders, peer: string) {
    this.#half = half;
    this.method = method;
    this.#headers = headers;
    this.peer = peer;
  }

  header(name: string): string | undefined {
    return this.#headers.text[name];
  }
  binaryHeader(name: string): Uint8Array | undefined {
    return this.#headers.binary[name];
  }
  listen(events: StreamEvents): void {
    this.#half.listen(events);
  }
  send(bytes: Uint8Array): boolean {
    return this.#half.send(bytes);
  }
  finish(): void {
    this.#half.close({ code: STATUS.ok, message: '' });
  }
  close(status: StreamStatus): void {
    this.#half.close(status);
  }
}

interface Open {
  readonly address: string;
  cut(reason: string): void;
}

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const settings: Required<MemoryNetworkOptions> = {
    window: options.window ?? 16,
    defer: options.defer ?? ((delivery) => setImmediate(delivery)),
    drop: options.drop ?? (() => false),
  };
  const acceptors = new Map<string, StreamAcceptor>();
  const open = new Set<Open>();
  let connectionCount = 0;

  const connect = (address: string, events: ConnectEvents): ClientConnection => {
    const peer = `memory:${++connectionCount}`;
    const streams = new Set<readonly [client: Half, server: Half]>();
    let over = false;
    const self: Open = {
      address,
      cut(reason) {
        if (over) return;
        over = true;
        open.delete(self);
        const status = { code: STATUS.unavailable, message: reason };
        for (const [client, server] of streams) {
          client.ends(status);
          server.ends({ code: STATUS.cancelled, message: reason });
        }
        settings.defer(() => events.lost(reason));
      },
    };
    settings.defer(() => {
      if (over) return;
      if (acceptors.has(address)) {
        open.add(self);
        events.ready();
      } else {
        over = true;
        events.lost('nobody listens there');
      }
    });
    return {
      open(method, headers) {
        const client = new Half(settings, 'client');
        const server = new Half(settings, 'server');
        client.other = server;
        server.other = client;
        const pair = [client, server] as const;
        client.onOver = () => streams.delete(pair);
        if (over) client.ends({ code: STATUS.unavailable, message: 'the connection is gone' });
        else {
          streams.add(pair);
          settings.defer(() => {
            const accept = acceptors.get(address);
            if (accept === undefined) self.cut('nobody listens there');
            else accept(new MemoryServerStream(server, method, headers, peer));
          });
        }
        return client;
      },
      close() {
        if (over) return;
        over = true;
        open.delete(self);
        for (const [, server] of streams) server.ends({ code: STATUS.cancelled, message: 'the client has gone' });
      },
    };
  };

  const cut = (address: string): void => {
    for (const connection of [...open]) if (connection.address === address) connection.cut('the connection broke');
  };
  return {
    listen(address, accept) {
      if (acceptors.has(address)) throw new Error(`${address} is taken`);
      acceptors.set(address, accept);
      return {
        address,
        async close() {
          acceptors.delete(address);
          cut(address);
        },
      };
    },
    transport: { connect },
    cut,
    get connections() {
      return open.size;
    },
  };
}
