import { formatDuration, parseDuration } from '@weft/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseStranger } from './debug-paths.ts';
import { type FallBacks, MAX_TTL_MS } from './fall-backs.ts';
import { type KeptSettings, keepAsked, readOnce, readPersist } from './kept-settings.ts';

/** A number that can be changed while a component runs; durations are milliseconds. */
export interface Tunable {
  readonly about: string;
  readonly form: 'integer' | 'duration';
  readonly minimum: number;
  readonly maximum: number;
  read(): number;
  write(value: number): void;
}
export type Tunables = Readonly<Record<string, Tunable>>;

interface Change {
  readonly key: string;
  readonly tunable: Tunable;
  readonly value: number;
}

const MAX_BODY_BYTES = 16 * 1024;

/**
 * `/admin/v1/dynamic_config`: `Key=value` lines out, with `verbose=1` what each is and its range; the same lines, or a JSON
 * object, in: all of it or nothing, with `ttl=10m` for that long, with `persist=true` also after a restart.
 */
export function addTunablePaths(
  app: FastifyInstance,
  prefix: string,
  tunables: Tunables,
  { fallBacks, settings }: { readonly fallBacks: FallBacks; readonly settings: KeptSettings },
  onChange: (key: string, value: string, why: string, requestId: string) => void,
): void {
  const nameOf = (key: string): string => `tunable ${prefix} ${key}`;
  for (const [key, tunable] of Object.entries(tunables)) {
    const kept = Number(settings.get(nameOf(key)));
    // What an earlier release kept may be out of range by now.
    if (!(kept >= tunable.minimum && kept <= tunable.maximum)) continue;
    tunable.write(kept);
    onChange(key, shown(tunable, kept), 'kept', '');
  }
  const isKept = (key: string): boolean => settings.get(nameOf(key)) !== undefined;
  const url = `${prefix}/admin/v1/dynamic_config`;
  app.get(url, (request, reply) => {
    if (refuseStranger(request, reply)) return reply;
    const { verbose } = request.query as Record<string, string>;
    return reply
      .type('text/plain; charset=utf-8')
      .send(verbose === undefined ? linesOf(tunables) : aboutOf(tunables, isKept));
  });
  // Lines are text, which the rest of the interface does not read.
  app.register((scope, _options, registered) => {
    scope.addContentTypeParser('text/plain', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    scope.post(url, { bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
      if (refuseStranger(request, reply)) return reply;
      reply.type('text/plain; charset=utf-8');
      const read = readChanges(request, tunables);
      if (typeof read === 'string') return reply.code(400).send(`${read}; nothing was changed\n`);
      const { changes, persist } = read;
      const values = changes.map(({ key, value }) => [nameOf(key), String(value)] as const);
      const problem = keepAsked(settings, persist, values);
      if (problem !== null) return reply.code(503).send(`${problem}; nothing was changed\n`);
      for (const { key, tunable, value } of changes)
        fallBacks.change(`${prefix} ${key}`, tunable.read(), value, read.ttlMs, (next, why) => {
          tunable.write(next);
          onChange(key, shown(tunable, next), why, request.id);
        });
      return reply.send(linesOf(tunables));
    });
    registered();
  });
}

const shown = ({ form }: Tunable, value: number): string =>
  form === 'duration' ? formatDuration(value) : String(value);

const linesOf = (tunables: Tunables): string =>
  Object.entries(tunables)
    .map(([key, tunable]) => `${key}=${shown(tunable, tunable.read())}\n`)
    .join('');

const aboutOf = (tunables: Tunables, isKept: (key: string) => boolean): string =>
  Object.entries(tunables)
    .map(([key, tunable]) => {
      const { about, minimum, maximum } = tunable;
      return `${key}=${shown(tunable, tunable.read())}  ${about}; ${shown(tunable, minimum)} to ${shown(tunable, maximum)}${isKept(key) ? '; kept over a restart' : ''}\n`;
    })
    .join('');

/** A sentence for what does not fit. */
function readChanges(
  request: FastifyRequest,
  tunables: Tunables,
): { readonly changes: readonly Change[]; readonly ttlMs: number; readonly persist: boolean | null } | string {
  const query = readOnce(request.query);
  if (typeof query === 'string') return query;
  const { ttl, persist: asked, ...more } = query;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) return `?${unknown} is not known here; expected ttl or persist`;
  const ttlMs = ttl === undefined ? 0 : parseDuration(ttl);
  if (ttlMs === undefined || ttlMs < 0 || ttlMs > MAX_TTL_MS)
    return `ttl=${ttl}: expected a time such as 10m, 24h at most`;
  const persist = readPersist(asked, ttlMs);
  if (typeof persist === 'string') return persist;
  const pairs = pairsOf(request.body);
  if (pairs === null || pairs.length === 0) return 'found no values; expected lines Key=value, or a JSON object';
  const changes: Change[] = [];
  for (const [key, text] of pairs) {
    if (changes.some((change) => change.key === key)) return `${key}: found twice, expected once`;
    const tunable = Object.hasOwn(tunables, key) ? tunables[key] : undefined;
    if (tunable === undefined) return `${key} is not known here; expected ${Object.keys(tunables).join(', ')}`;
    const value = numberOf(tunable, text);
    if (value === undefined || value < tunable.minimum || value > tunable.maximum)
      return `${key}: found ${typeof text === 'string' ? text : JSON.stringify(text)}, expected ${shown(tunable, tunable.minimum)} to ${shown(tunable, tunable.maximum)}`;
    changes.push({ key, tunable, value });
  }
  return { changes, ttlMs, persist };
}

function numberOf({ form }: Tunable, given: unknown): number | undefined {
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  const text = String(given);
  if (form === 'duration') return parseDuration(text);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function pairsOf(body: unknown): [string, unknown][] | null {
  if (typeof body === 'string')
    return body
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      });
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  return Object.entries(body);
}
