import type { ServerResponse } from 'node:http';
import type { Clock } from '@weft/kit';
import { type EventStream, retryAfter } from '../http/index.ts';

/** Bytes that may wait for a reader; then it is cut off and comes back with the id of its last event. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_STREAMS = 500;
const MAX_STREAMS_OF_CALLER = 20;
const HEARTBEAT_MS = 15_000;

/** Open streams of server-sent events. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #open = new Map<ServerResponse, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ApiFailure when there are too many already. */
  admit(caller: string): void {
    let mine = 0;
    for (const other of this.#open.values()) if (other === caller) mine++;
    if (mine >= MAX_STREAMS_OF_CALLER || this.#open.size >= MAX_STREAMS)
      throw retryAfter(
        'LIMIT_REACHED',
        `at most ${MAX_STREAMS_OF_CALLER} event streams of one caller and ${MAX_STREAMS} in all`,
        5,
      );
  }

  /** @param stillAllowed asked with each heartbeat; the stream of an ended session ends. */
  open(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    caller: string,
    lastEventId: string | undefined,
    stillAllowed: () => Promise<boolean>,
  ): EventStream {
    this.#open.set(response, caller);
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
    const close = (): void => void response.end();
    const beat = (): void => {
      cancel = this.#clock.schedule(HEARTBEAT_MS, () => {
        if (closed) return;
        response.write(': beat\n\n');
        stillAllowed().then(
          (allowed) => (allowed ? undefined : close()),
          () => close(),
        );
        beat();
      });
    };
    beat();
    response.on('close', () => {
      closed = true;
      cancel();
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
