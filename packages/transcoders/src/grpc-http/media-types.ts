export const JSON_TYPE = 'application/json';
/** One JSON value a line. */
export const JSON_LINES = 'application/x-ndjson';
export const EVENT_STREAM = 'text/event-stream';

/** How an answer of HTTP has its messages: as events, as lines, or all together. */
export function formOf(contentType: string | undefined): 'events' | 'lines' | 'whole' {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === EVENT_STREAM) return 'events';
  return LINES.has(type) ? 'lines' : 'whole';
}

const LINES: ReadonlySet<string> = new Set([
  JSON_LINES,
  'application/ndjson',
  'application/jsonl',
  'application/jsonlines',
]);
