import { type Clock, createRandom, noopLogger, type Random, systemClock } from '@weft/kit';
import { type ClientConnection, type MessageStream, STATUS, type StreamStatus } from '../transport/stream.ts';
import { encodeNode } from '../wire/discovery.ts';
import { helloHeaders } from '../wire/hello.ts';
import { BackOff } from './back-off.ts';
import type { Link, LinkOptions, LinkState, LinkUser } from './contract.ts';

const MIN_BACK_OFF_MS = 1000;
const MAX_BACK_OFF_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const STABLE_MS = 30_000;

interface Attached {
  readonly method: string;
  readonly user: LinkUser;
  readonly backOff: BackOff;
  stream: MessageStream | undefined;
  cancelRetry: (() => void) | undefined;
}

class LinkImpl implements Link {
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #node: Uint8Array;
  readonly #backOff: BackOff;
  readonly #attached = new Set<Attached>();
  readonly #listeners = new Set<(state: LinkState, reason: string) => void>();
  #state: LinkState = 'waiting';
  #reason = 'not tried yet';
  #sinceMs: number;
  #readyAtMs = 0;
  #address = '';
  #attempts = 0;
  #connection: ClientConnection | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? createRandom((Math.random() * 0x7fff_ffff) | 0);
    this.#node = encodeNode(options.node);
    this.#sinceMs = this.#clock.wallNow();
    this.#backOff = this.#newBackOff();
    if (options.addresses.length === 0) throw new RangeError('a link needs at least one address');
    this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }
  get address(): string {
    return this.#address;
  }
  get reason(): string {
    return this.#reason;
  }
  get attempts(): number {
    return this.#attempts;
  }
  get sinceMs(): number {
    return this.#sinceMs;
  }

  onState(listener: (state: LinkState, reason: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reconnect(): void {
    if (this.#state === 'closed') return;
    this.#drop('asked to reconnect');
    this.#connect();
  }

  retreat(afterMs: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#drop(reason);
    this.#wait('waiting', reason, afterMs + this.#backOff.next());
  }

  attach(method: string, user: LinkUser): () => void {
    const entry: Attached = { method, user, backOff: this.#newBackOff(), stream: undefined, cancelRetry: undefined };
    this.#attached.add(entry);
    if (this.#state === 'ready') this.#open(entry);
    return () => {
      this.#attached.delete(entry);
      entry.cancelRetry?.();
      entry.stream?.close({ code: STATUS.cancelled, message: 'closed' });
      entry.stream = undefined;
    };
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#drop('closed');
    this.#transition('closed', 'closed');
  }

  #newBackOff(): BackOff {
    const { minMs = MIN_BACK_OFF_MS, maxMs = MAX_BACK_OFF_MS } = this.#options.backOff ?? {};
    return new BackOff(this.#random, minMs, maxMs);
  }

  /** The one door of all changes of state. */
  #transition(state: LinkState, reason: string): void {
    const before = this.#state;
    // A connection that stood for long was a good one, even if nothing had to be said on it.
    if (before === 'ready' && this.#clock.now() - this.#readyAtMs > STABLE_MS) this.#backOff.reset();
    if (state === 'ready') this.#readyAtMs = this.#clock.now();
    this.#state = state;
    this.#reason = reason;
    this.#sinceMs = this.#clock.wallNow();
    const log = this.#options.log ?? noopLogger;
    const fields = { from: before, to: state, address: this.#address, reason };
    if (state === 'waiting' && before === 'ready')
      log.warn(fields, 'the control plane is out of reach; values stay as they are');
    else if (state === 'refused' && before !== 'refused') log.error(fields, 'the control plane refuses this proxy');
    else if (state === 'ready') log.info(fields, 'connected to the control plane');
    else log.debug(fields, 'link');
    for (const listener of this.#listeners) listener(state, reason);
  }

  #chooseAddress(): string {
    const { addresses } = this.#options;
    const others = addresses.filter((address) => address !== this.#address);
    const from = others.length > 0 ? others : addresses;
    return from[this.#random.below(from.length)] as string;
  }

  #connect(): void {
    this.#cancelTimer?.();
    this.#address = this.#chooseAddress();
    this.#attempts++;
    this.#transition('connecting', `connecting to ${this.#address}`);
    const timeoutMs = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    let connection: ClientConnection | undefined;
    let lostAtOnce: string | undefined;
    const current = (): boolean => connection !== undefined && this.#connection === connection;
    connection = this.#options.transport.connect(this.#address, {
      ready: () => {
        if (!current()) return;
        this.#cancelTimer?.();
        this.#cancelTimer = undefined;
        this.#transition('ready', '');
        for (const entry of this.#attached) this.#open(entry);
      },
      lost: (reason) => {
        if (connection === undefined) lostAtOnce = reason;
        else if (current()) this.#failed(reason);
      },
    });
    this.#connection = connection;
    this.#cancelTimer = this.#clock.schedule(timeoutMs, () => this.#failed(`no connection within ${timeoutMs} ms`));
    if (lostAtOnce !== undefined) this.#failed(lostAtOnce);
  }

  #failed(reason: string): void {
    this.#drop(reason);
    this.#wait('waiting', reason, this.#backOff.next());
  }

  #wait(state: 'waiting' | 'refused', reason: string, delayMs: number): void {
    this.#transition(state, reason);
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#connect());
  }

  /** Ends the connection and all streams; no state of its own. */
  #drop(reason: string): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    const status: StreamStatus = { code: STATUS.unavailable, message: reason };
    for (const entry of this.#attached) {
      entry.cancelRetry?.();
      entry.cancelRetry = undefined;
      const { stream } = entry;
      entry.stream = undefined;
      if (stream === undefined) continue;
      stream.close(status);
      entry.user.end(status);
    }
    connection?.close();
  }

  #open(entry: Attached): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const headers = helloHeaders(this.#node, this.#options.credentials, this.#clock.wallNow());
    const stream = connection.open(entry.method, headers);
    entry.stream = stream;
    const mine = (): boolean => entry.stream === stream;
    stream.listen({
      message: (bytes) => {
        if (!mine()) return;
        this.#backOff.reset();
        entry.backOff.reset();
        entry.user.message(bytes);
      },
      drain: () => {
        if (mine()) entry.user.drain();
      },
      end: (status) => {
        if (!mine()) return;
        entry.stream = undefined;
        entry.user.end(status);
        this.#streamEnded(entry, status);
      },
    });
    entry.user.open({
      send: (bytes) => (mine() ? stream.send(bytes) : false),
      finish: () => {
        if (mine()) stream.finish();
      },
      abort: (reason) => {
        if (!mine()) return;
        entry.stream = undefined;
        const status = { code: STATUS.internal, message: reason };
        stream.close(status);
        entry.user.end(status);
        this.#streamEnded(entry, status);
      },
    });
  }

  #streamEnded(entry: Attached, status: StreamStatus): void {
    const reason = status.message || `the stream ended with status ${status.code}`;
    if (status.code === STATUS.unauthenticated || status.code === STATUS.permissionDenied) {
      this.#drop(reason);
      this.#wait('refused', reason, this.#backOff.longest());
    } else if (status.reconnectAfterMs !== undefined) {
      this.retreat(status.reconnectAfterMs, reason);
    } else if (status.code === STATUS.unavailable || status.code === STATUS.cancelled) {
      this.#failed(reason);
    } else if (this.#attached.has(entry)) {
      const delayMs = status.code === STATUS.unimplemented ? entry.backOff.longest() : entry.backOff.next();
      const log = this.#options.log ?? noopLogger;
      log.warn({ method: entry.method, code: status.code, reason }, 'a stream to the control plane ended');
      entry.cancelRetry = this.#clock.schedule(delayMs, () => {
        entry.cancelRetry = undefined;
        if (this.#state === 'ready') this.#open(entry);
      });
    }
  }
}

/** Connects at once and stays connected until `close()`. */
export function createLink(options: LinkOptions): Link {
  return new LinkImpl(options);
}
