/** One server-sent event of `GET /openapi/v1/ms/events`. */
export interface ServerEvent {
  readonly id: string;
  readonly topic: string;
  readonly data: unknown;
}

/**
 * Reads a stream of server-sent events until it ends; `lastEventId` continues after that event. For clients with a
 * token; a browser with a session uses `EventSource`. The caller reconnects, with the id of the last event.
 */
export async function* watchEvents(
  url: string,
  options: {
    readonly token?: string;
    readonly lastEventId?: string;
    readonly signal?: AbortSignal;
    readonly fetch?: typeof fetch;
  } = {},
): AsyncGenerator<ServerEvent> {
  const headers = new Headers({ accept: 'text/event-stream' });
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  if (options.lastEventId !== undefined) headers.set('last-event-id', options.lastEventId);
  const response = await (options.fetch ?? globalThis.fetch)(url, {
    headers,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (!response.ok || response.body === null) throw new Error(`the event stream answered ${response.status}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = parseEvent(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event !== null) yield event;
    }
  }
}

/** Null for comments, which keep the connection alive. */
function parseEvent(block: string): ServerEvent | null {
  let id = '';
  let topic = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('event: ')) topic = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  return data === '' ? null : { id, topic, data: JSON.parse(data) as unknown };
}
