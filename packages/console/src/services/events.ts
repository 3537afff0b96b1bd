import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { RESOURCES } from './queries.ts';

/** Which queries an event makes stale. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  rules: [RESOURCES.limitRules, RESOURCES.audit],
  pushes: [RESOURCES.limitRules],
  services: [RESOURCES.services, RESOURCES.apps],
  sidecars: [RESOURCES.proxies],
  topology: [RESOURCES.topology],
};
/** Events of one topic within this time count as one. */
const GATHER_MS = 250;

/**
 * Keeps the event stream open while the caller is mounted, and makes stale what an event is about. The browser
 * connects again by itself; pages look every 5 s anyway, so that nothing is lost while the stream is away.
 * @returns whether the stream is open.
 */
export function useServerEvents(): boolean {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const source = new EventSource(`/openapi/v1/ms/events?topics=${Object.keys(TOPICS).join(',')}`);
    const pending = new Map<string, ReturnType<typeof setTimeout>>();
    source.onopen = () => setOpen(true);
    source.onerror = () => setOpen(false);
    for (const topic of Object.keys(TOPICS)) {
      source.addEventListener(topic, () => {
        if (pending.has(topic)) return;
        pending.set(
          topic,
          setTimeout(() => {
            pending.delete(topic);
            invalidate(queries, topic);
          }, GATHER_MS),
        );
      });
    }
    return () => {
      source.close();
      for (const timer of pending.values()) clearTimeout(timer);
    };
  }, [queries]);
  return open;
}

function invalidate(queries: QueryClient, topic: string): void {
  for (const resource of TOPICS[topic] ?? []) void queries.invalidateQueries({ queryKey: [resource] });
}
