import type { ServerResponse } from 'node:http';
import type { Clock } from '@weft/kit';
import { type EventStream, retryAfter } from '../http/index.ts';

/** Bytes that may wait for a reader; then it is cut off and comes back with the id of its last event. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_STREAMS = 500;
const MAX_STREAMS_OF_CALLER = 20;
const HEARTBEAT_MS = 15_000;
/** For what still waits when a stream ends; then its connection is cut: who does not read would keep it for good. */
const END_MS = 2000;
/** Timers of Node go no further; whoever may stay longer is asked again at each heartbeat anyway. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Who reads a stream. */
export interface StreamReader {
  readonly userId: string;
  readonly lastEventId: string | undefined;
  /** Until when access stays as it is, milliseconds since the Unix epoch: end of the session, the token or a role. */
  readonly endsAt: number;
  /** That time as it is now, null for who may no longer read; asked when access has changed, at that time, and with each heartbeat. */
  allowedUntil(): Promise<number | null>;
}

interface OpenStream {
  readonly userId: string;
  readonly recheck: () => void;
  readonly close: () => void;
}

/** Open streams of server-sent events. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #open = new Map<ServerResponse, OpenStream>();

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
    const callbacks: (() => void)[] = [];
    let closed = false;
    let cancelBeat = (): void => {};
    let cancelRecheck = (): void => {};
    let cancelCut = (): void => {};
    const release = (): void => {
      if (closed) return;
      closed = true;
      cancelBeat();
      cancelRecheck();
      for (const callback of callbacks) callback();
    };
    const close = (): void => {
      if (closed) return;
      // From here on nothing may be written, though it takes a while until all is sent.
      release();
      cancelCut = this.#clock.schedule(END_MS, () => response.destroy());
      response.end();
    };
    const recheck = (): void => {
      reader.allowedUntil().then((until) => (until === null ? close() : recheckAt(until)), close);
    };
    const recheckAt = (time: number): void => {
      if (closed) return;
      cancelRecheck();
      cancelRecheck = this.#clock.schedule(Math.min(Math.max(1, time - this.#clock.wallNow()), MAX_TIMER_MS), recheck);
    };
    const beat = (): void => {
      cancelBeat = this.#clock.schedule(HEARTBEAT_MS, () => {
        response.write(': beat\n\n');
        recheck();
        beat();
      });
    };
    // Without a listener an error of one connection would end the process.
    response.on('error', () => response.destroy());
    response.on('close', () => {
      release();
      cancelCut();
      this.#open.delete(response);
    });
    this.#open.set(response, { userId, recheck, close });
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(': begin\n\n');
    beat();
    recheckAt(endsAt);
    // It may have changed while the call was on its way here.
    recheck();
    return {
      lastEventId,
      send(id, topic, data) {
        if (closed) return false;
        if (response.writableLength > MAX_WAITING_BYTES) {
          release();
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
    for (const open of [...this.#open.values()]) open.close();
  }
}
