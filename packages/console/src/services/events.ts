import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { RESOURCES } from './queries.ts';

/** Which queries an event makes stale. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  rules: [RESOURCES.rules, RESOURCES.audit, RESOURCES.topology],
  pushes: [RESOURCES.rules],
  services: [RESOURCES.services, RESOURCES.apps],
  sidecars: [RESOURCES.proxies],
  topology: [RESOURCES.topology],
};
/** Events of one topic within this time count as one. */
const GATHER_MS = 250;

/** What tabs tell each other: a topic has news, the stream opens or closes, and the question how it is. */
type Word =
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'state'; readonly open: boolean }
  | { readonly kind: 'ask' };

const NAME = 'weft-events';

/**
 * Keeps an event stream open while the caller is mounted, and makes stale what an event is about. A browser makes few
 * connections to one server, so all tabs share one stream: whoever holds the lock reads it and tells the others. A page
 * that is left lets go of it, for the browser may keep the page. Pages look every 5 s anyway, so that nothing is lost
 * while the stream is away.
 * @returns whether the stream is open.
 */
export function useServerEvents(): boolean {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const gatherer = new Gatherer((topic) => invalidate(queries, topic));
    const stop = followEvents((topic) => gatherer.news(topic), setOpen);
    return () => {
      stop();
      gatherer.stop();
    };
  }, [queries]);
  return open;
}

/** The first news of a topic count at once; what follows within `GATHER_MS` counts as one, behind it. */
export class Gatherer {
  readonly #act: (topic: string) => void;
  /** Whether there are more news, by topics that wait. */
  readonly #waiting = new Map<string, { more: boolean; timer: ReturnType<typeof setTimeout> }>();

  constructor(act: (topic: string) => void) {
    this.#act = act;
  }

  news(topic: string): void {
    const waiting = this.#waiting.get(topic);
    if (waiting !== undefined) waiting.more = true;
    else this.#now(topic);
  }

  stop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #now(topic: string): void {
    this.#act(topic);
    const timer = setTimeout(() => {
      const more = this.#waiting.get(topic)?.more === true;
      this.#waiting.delete(topic);
      if (more) this.#now(topic);
    }, GATHER_MS);
    this.#waiting.set(topic, { more: false, timer });
  }
}

/** Calls back with every topic that has news, whichever tab reads the stream; returns what ends it. */
function followEvents(news: (topic: string) => void, setOpen: (open: boolean) => void): () => void {
  const channel = new BroadcastChannel(NAME);
  let source: EventSource | null = null;
  let leave = (): void => {};
  const hear = (word: Word): void => {
    if (word.kind === 'topic') news(word.topic);
    else if (word.kind === 'state') setOpen(word.open);
    else if (source !== null) channel.postMessage({ kind: 'state', open: source.readyState === EventSource.OPEN });
  };
  const tell = (word: Word): void => {
    channel.postMessage(word);
    hear(word);
  };
  const read = (): void => {
    source = new EventSource(`/openapi/v1/ms/events?topics=${Object.keys(TOPICS).join(',')}`);
    source.onopen = () => tell({ kind: 'state', open: true });
    source.onerror = () => tell({ kind: 'state', open: false });
    for (const topic of Object.keys(TOPICS)) source.addEventListener(topic, () => tell({ kind: 'topic', topic }));
  };
  const enter = (): void => {
    const waiting = new AbortController();
    let release = (): void => {};
    leave = () => {
      waiting.abort();
      source?.close();
      source = null;
      release();
    };
    // Locks are there over HTTPS and on this machine; elsewhere each tab reads for itself.
    if (navigator.locks === undefined) {
      read();
      return;
    }
    const held = (): Promise<void> =>
      new Promise((resolve) => {
        release = resolve;
        if (waiting.signal.aborted) resolve();
        else read();
      });
    navigator.locks.request(NAME, { signal: waiting.signal }, held).catch(() => {});
    channel.postMessage({ kind: 'ask' } satisfies Word);
  };
  const onHide = (): void => leave();
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted) enter();
  };
  channel.onmessage = (event: MessageEvent<Word>) => hear(event.data);
  addEventListener('pagehide', onHide);
  addEventListener('pageshow', onShow);
  enter();
  return () => {
    removeEventListener('pagehide', onHide);
    removeEventListener('pageshow', onShow);
    leave();
    channel.close();
  };
}

function invalidate(queries: QueryClient, topic: string): void {
  for (const resource of TOPICS[topic] ?? []) void queries.invalidateQueries({ queryKey: [resource] });
}
