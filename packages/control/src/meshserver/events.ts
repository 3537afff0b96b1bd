import type { Clock } from '@weft/kit';
import type { EventStream } from '../http/index.ts';

export type Topic = 'rules' | 'services' | 'sidecars' | 'pushes' | 'topology';

/** Events kept for readers that come back. */
const MAX_KEPT = 2000;
/** Of what changes all the time, one event of the same object within this time. */
const QUIET_MS = 300;
const MAX_QUIET = 10_000;

interface KeptEvent {
  readonly id: number;
  readonly instanceId: string;
  readonly topic: Topic;
  readonly data: unknown;
}

/**
 * Server-sent events of a control plane. An id is `<start>-<number>`: a reader that comes back with an id gets what it
 * missed, or an event `reset` of each topic when that is no longer known.
 */
export class Events {
  readonly #start: string;
  readonly #clock: Clock;
  readonly #kept: KeptEvent[] = [];
  readonly #readers = new Map<EventStream, { readonly instanceId: string; readonly topics: ReadonlySet<string> }>();
  /** Objects that have been told of a moment ago, by instance, topic and object; with what has come since, if anything has. */
  readonly #quiet = new Map<string, { latest: { readonly data: unknown } | null; cancel: () => void }>();
  #newest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = Math.floor(clock.wallNow()).toString(36);
  }

  /** That something is worth reading again: the first goes out at once; of many that follow, the last one. */
  hint(instanceId: string, topic: Topic, key: string, data: unknown): void {
    const text = `${instanceId}\n${topic}\n${key}`;
    const quiet = this.#quiet.get(text);
    if (quiet !== undefined) {
      quiet.latest = { data };
      return;
    }
    if (this.#quiet.size >= MAX_QUIET) return;
    const entry = { latest: null as { readonly data: unknown } | null, cancel: (): void => {} };
    this.#quiet.set(text, entry);
    this.tell(instanceId, topic, data);
    const wait = (): void => {
      entry.cancel = this.#clock.schedule(QUIET_MS, () => {
        if (entry.latest === null) {
          this.#quiet.delete(text);
          return;
        }
        this.tell(instanceId, topic, entry.latest.data);
        entry.latest = null;
        wait();
      });
    };
    wait();
  }

  tell(instanceId: string, topic: Topic, data: unknown): void {
    const event: KeptEvent = { id: ++this.#newest, instanceId, topic, data };
    this.#kept.push(event);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    for (const [stream, reader] of this.#readers) this.#send(stream, reader, event);
  }

  stop(): void {
    for (const { cancel } of this.#quiet.values()) cancel();
    this.#quiet.clear();
  }

  #send(
    stream: EventStream,
    reader: { readonly instanceId: string; readonly topics: ReadonlySet<string> },
    event: KeptEvent,
  ): void {
    if (event.instanceId !== reader.instanceId || !reader.topics.has(event.topic)) return;
    if (!stream.send(`${this.#start}-${event.id}`, event.topic, event.data)) this.#readers.delete(stream);
  }

  open(stream: EventStream, instanceId: string, topics: ReadonlySet<string>): void {
    const reader = { instanceId, topics };
    const missed = this.#missed(stream.lastEventId);
    if (missed === null)
      for (const topic of topics) stream.send(`${this.#start}-${this.#newest}`, topic, { reset: true });
    else for (const event of missed) this.#send(stream, reader, event);
    this.#readers.set(stream, reader);
    stream.onClose(() => this.#readers.delete(stream));
  }

  /** Null: some of it is no longer known. */
  #missed(lastEventId: string | undefined): readonly KeptEvent[] | null {
    if (lastEventId === undefined) return [];
    const [start, number] = lastEventId.split('-');
    const last = Number(number);
    const oldest = this.#kept[0]?.id ?? this.#newest + 1;
    if (start !== this.#start || !Number.isSafeInteger(last) || last < oldest - 1 || last > this.#newest) return null;
    return this.#kept.filter(({ id }) => id > last);
  }
}
