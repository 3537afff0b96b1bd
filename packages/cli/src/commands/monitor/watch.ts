import { EXIT } from '@weft/kit';
import { type ConnectionOptions, findConnection, notLoggedIn } from '../../mesh-api/connection.ts';
import { CommandError } from '../../outcome.ts';

export const TOPICS = ['rules', 'services', 'sidecars', 'pushes', 'topology'];

export interface WatchOptions extends ConnectionOptions {
  readonly topics?: string;
  readonly count?: string;
  readonly json?: boolean;
}

/** An event is a few hundred bytes; nobody sends more than this without a line feed. */
const MAX_PENDING = 1 << 20;

/** Prints server-sent events until enough have come, or the connection ends. @throws CommandError */
export async function watch(options: WatchOptions, print: (text: string) => void): Promise<void> {
  const wanted = checkedCount(options.count);
  checkTopics(options.topics);
  const { endpoint, token, tenantId, workspaceId } = findConnection(options);
  if (token === '') throw notLoggedIn(endpoint);
  const query = options.topics === undefined ? '' : `?topics=${encodeURIComponent(options.topics)}`;
  const stop = new AbortController();
  const response = await fetch(`${endpoint}/openapi/v1/ms/events${query}`, {
    signal: stop.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(tenantId === undefined ? {} : { 'x-weft-tenant': tenantId }),
      ...(workspaceId === undefined ? {} : { 'x-weft-ws': workspaceId }),
    },
  }).catch((error: Error) => {
    throw new CommandError(EXIT.FAILED, 'NO_ANSWER', `no answer from ${endpoint}: ${error.message}`);
  });
  if (!response.ok || response.body === null)
    throw new CommandError(EXIT.FAILED, 'refused', `${endpoint} refuses: ${(await response.text()).slice(0, 500)}`);
  let seen = 0;
  let pending = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      pending += chunk;
      for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
        const line = lineOf(pending.slice(0, end), options.json === true);
        pending = pending.slice(end + 2);
        if (line === null) continue;
        print(`${line}\n`);
        if (++seen === wanted) return;
      }
      if (pending.length > MAX_PENDING)
        throw new CommandError(EXIT.FAILED, 'refused', `${endpoint} sends something else than events`);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(EXIT.FAILED, 'NO_ANSWER', `${endpoint} has gone away: ${(error as Error).message}`);
  } finally {
    stop.abort();
  }
  throw new CommandError(EXIT.FAILED, 'NO_ANSWER', `${endpoint} has ended the stream of events`);
}

/** Null: a comment that keeps the connection open, or the first event of a reader that has seen nothing yet. */
function lineOf(block: string, json: boolean): string | null {
  const fields = new Map(
    block.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trimStart()]];
    }),
  );
  const topic = fields.get('event');
  const data = fields.get('data');
  if (topic === undefined || data === undefined || data === '{"reset":true}') return null;
  const at = new Date().toISOString();
  if (json) return JSON.stringify({ at, topic, id: fields.get('id') ?? '', data: JSON.parse(data) });
  const text = Object.entries(JSON.parse(data) as Record<string, unknown>)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${at.slice(11, 23)} ${topic.padEnd(8)} ${text}`;
}

function checkedCount(count: string | undefined): number {
  if (count === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,6}$/.test(count))
    throw new CommandError(EXIT.USAGE, 'usage', `--count: found "${count}", expected a number from 1`);
  return Number(count);
}

function checkTopics(topics: string | undefined): void {
  const wrong = topics?.split(',').find((topic) => !TOPICS.includes(topic));
  if (wrong !== undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `--topics: found "${wrong}", expected ${TOPICS.join(', ')}`);
}
