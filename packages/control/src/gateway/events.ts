import type { ServerResponse } from 'node:http';
import type { Clock } from '@weft/kit';
import { type EventStream, retryAfter } from '../http/index.ts';

/** Bytes that may wait for a reader; then it is cut off and comes back with the id of its last event. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_STREAMS = 500;
const MAX_STREAMS_OF_CALLER = 20;
const HEARTBEAT_MS = 15_000;
/** Timers of Node go no further; whoever may stay longer is asked again at each heartbeat anyway. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Who reads a stream. */
export interface StreamReader {
  readonly userId: string;
  /** End of the session, the token or a role, milliseconds since the Unix epoch. */
  readonly endsAt: number;
  readonly lastEventId: string | undefined;
  /** Asked when the access of the user has changed, when `endsAt` is there, and with each heartbeat. */
  stillAllowed(): Promise<boolean>;
}

/** Open streams of server-sent events. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #open = new Map<ServerResponse, { readonly userId: string; readonly recheck: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ApiFailure when there are too many already. */
  admit(userId: string): void {
    let mine = 0;
    for (const other of this.#open.values()) if (other.userId === userId) mine++;
    if (mine >= MAX_STREAMS_OF_CALLER || this.#open.size >= MAX_STREAMS)
      throw retryAfter(
        'LIMIT_REACHED',
        `at most ${MAX_STREAMS_OF_CALLER} event streams of one caller and ${MAX_STREAMS} in all`,
        5,
      );
  }

  /** Ends the streams of a user that are no longer allowed. */
  recheck(userId: string): void {
    for (const open of this.#open.values()) if (open.userId === userId) open.recheck();
  }

  open(response: ServerResponse, headers: Readonly<Record<string, string>>, reader: StreamReader): EventStream {
    const { userId, endsAt, lastEventId } = reader;
    const close = (): void => void response.end();
    const recheck = (): void => {
      reader.stillAllowed().then(
        (allowed) => (allowed ? undefined : close()),
        () => close(),
      );
    };
    this.#open.set(response, { userId, recheck });
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(': begin\n\n');
    const callbacks: (() => void)[] = [];
    let closed = false;
    let cancel = (): void => {};
    const leftMs = endsAt - this.#clock.wallNow();
    const cancelEnd = this.#clock.schedule(Math.max(0, Math.min(leftMs, MAX_TIMER_MS)), recheck);
    const beat = (): void => {
      cancel = this.#clock.schedule(HEARTBEAT_MS, () => {
        if (closed) return;
        response.write(': beat\n\n');
        recheck();
        beat();
      });
    };
    beat();
    // It may have changed while the call was on its way here.
    recheck();
    response.on('close', () => {
      closed = true;
      cancel();
      cancelEnd();
      this.#open.delete(response);
      for (const callback of callbacks) callback();
    });
    return {
      lastEventId,
      send(id, topic, data) {
        if (closed) return false;
        if (response.writableLength > MAX_WAITING_BYTES) {
          response.destroy();
          return false;
        }
        response.write(`id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
        return true;
      },
      onClose: (callback) => void (closed ? callback() : callbacks.push(callback)),
      close,
    };
  }

  closeAll(): void {
    for (const response of [...this.#open.keys()]) response.end();
  }
}
