import type { Clock } from '@weft/kit';
import type { EventStream } from '../http/index.ts';

export type Topic = 'rules' | 'services' | 'sidecars' | 'pushes' | 'topology';

/** Events kept for readers that come back. */
const MAX_KEPT = 2000;
/** Of what changes all the time, one event of the same object within this time, the last one. */
const QUIET_MS = 300;
const MAX_WAITING = 10_000;

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
  /** Hints that wait, by instance, topic and object. */
  readonly #waiting = new Map<string, { data: unknown; readonly cancel: () => void }>();
  #newest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = Math.floor(clock.wallNow()).toString(36);
  }

  /** That something is worth reading again; of many in a row the last one. */
  hint(instanceId: string, topic: Topic, key: string, data: unknown): void {
    const text = `${instanceId}\n${topic}\n${key}`;
    const waiting = this.#waiting.get(text);
    if (waiting !== undefined) {
      waiting.data = data;
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) return;
    const cancel = this.#clock.schedule(QUIET_MS, () => {
      const due = this.#waiting.get(text);
      this.#waiting.delete(text);
      if (due !== undefined) this.tell(instanceId, topic, due.data);
    });
    this.#waiting.set(text, { data, cancel });
  }

  tell(instanceId: string, topic: Topic, data: unknown): void {
    const event: KeptEvent = { id: ++this.#newest, instanceId, topic, data };
    this.#kept.push(event);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    for (const [stream, reader] of this.#readers) this.#send(stream, reader, event);
  }

  stop(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
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
