import type { ComponentState } from '@weft/api';
import type { Clock, Logger } from '@weft/kit';
import { parseDuration } from '@weft/schema';
import { type LeveledLogger, LOG_LEVELS, parseLogLevel } from '@weft/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { addDebugPaths, type DebugViews } from './debug-paths.ts';
import { FallBacks, MAX_TTL_MS } from './fall-backs.ts';
import { KeptSettings, keepAsked, readOnce, readPersist } from './kept-settings.ts';
import { isLoopback, strangerOf } from './local-caller.ts';
import { addTunablePaths, type Tunables } from './tunables.ts';

/** How a component answers for itself. */
export interface ComponentView {
  readonly name: string;
  state(): ComponentState;
  /** Checks behind `ready`. */
  checks(): Promise<readonly { readonly name: string; readonly ok: boolean; readonly message: string }[]>;
  readonly log: LeveledLogger;
  /** What it shows of its inside. */
  readonly debug?: DebugViews;
  /** What can be changed while it runs. */
  readonly tunables?: Tunables;
}

export interface ComponentPathOptions {
  readonly components: readonly ComponentView[];
  readonly metrics: Registry;
  readonly version: { readonly version: string; readonly revision: string };
  readonly startedAt: Date;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where levels and tunable values are that survive a restart; nothing survives without it. */
  readonly settingsFile?: string;
  /** Of the process as a whole. */
  readonly debug?: DebugViews;
}

/** `/healthz`, `/readyz`, `/version`, `/metrics`, `/logging`, `/debug`, `/admin/v1/dynamic_config`: of all, and below `/c/<component>` of one. */
export function addComponentPaths(app: FastifyInstance, options: ComponentPathOptions): void {
  const running = () => options.components.filter((component) => component.state().state !== 'absent');
  const fallBacks = new FallBacks(options.clock);
  const settings = new KeptSettings(options.settingsFile ?? null, options.log);
  const state = { fallBacks, settings };
  app.addHook('onClose', async () => fallBacks.stop());
  addPaths(app, '', 'control', running, options, state);
  addDebugPaths(app, '', 'the process', options.debug ?? {});
  for (const component of options.components) {
    addPaths(app, `/c/${component.name}`, component.name, () => [component], options, state);
    addDebugPaths(app, `/c/${component.name}`, component.name, component.debug ?? {});
    const { log, tunables = {} } = component;
    const level = parseLogLevel(settings.get(levelName(component)) ?? '');
    if (level !== undefined) {
      log.setLevel(level);
      log.warn({ level, why: 'kept' }, 'log level changed');
    }
    addTunablePaths(app, `/c/${component.name}`, tunables, state, (key, value, why, requestId) =>
      log.warn({ key, value, why, requestId }, 'a tunable value changed'),
    );
  }
}

const levelName = ({ name }: ComponentView): string => `level ${name}`;

/** What changes of levels and tunable values leave behind. */
interface Changed {
  readonly fallBacks: FallBacks;
  readonly settings: KeptSettings;
}

/** OpenMetrics for whoever asks for it, the classic text of Prometheus for everybody else. */
function metricsFor(accept: string, metrics: Registry): Registry {
  if (!accept.includes('application/openmetrics-text')) return metrics;
  // The type of a registry says which text it writes, and cannot say that it changes.
  const open = Registry.merge([metrics]) as unknown as Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>;
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return open as unknown as Registry;
}

function addPaths(
  app: FastifyInstance,
  prefix: string,
  name: string,
  components: () => readonly ComponentView[],
  options: ComponentPathOptions,
  changed: Changed,
): void {
  app.get(`${prefix}/healthz`, (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get(`${prefix}/readyz`, async (_request, reply) => {
    const checks: { name: string; ok: boolean; message: string; since: string }[] = [];
    for (const component of components()) {
      const { ready, message, since } = component.state();
      checks.push({ name: component.name, ok: ready, message, since });
      for (const check of ready ? await component.checks() : [])
        if (!check.ok)
          checks.push({ name: `${component.name}.${check.name}`, ok: false, message: check.message, since });
    }
    const ready = checks.every((check) => check.ok);
    return reply.code(ready ? 200 : 503).send({ ready, checks });
  });
  app.get(`${prefix}/version`, (_request, reply) =>
    reply.send({
      component: name,
      ...options.version,
      node: process.version,
      started: options.startedAt.toISOString(),
    }),
  );
  app.get(`${prefix}/metrics`, async (request, reply) => {
    const metrics = metricsFor(request.headers.accept ?? '', options.metrics);
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
  // By GET as well: that is what runbooks of the classic product say.
  app.route({
    method: ['GET', 'POST'],
    url: `${prefix}/logging`,
    exposeHeadRoute: false,
    handler: (request, reply) => logging(request, reply, components(), changed),
  });
}

/** Levels of the components, and with `?scope=level` or `?all=level` a change of them; with `ttl=10m` for that long, with `persist=true` also after a restart. */
function logging(
  request: FastifyRequest,
  reply: FastifyReply,
  components: readonly ComponentView[],
  { fallBacks, settings }: Changed,
): FastifyReply {
  reply.type('text/plain; charset=utf-8');
  if (!isLoopback(request.socket.remoteAddress))
    return reply.code(403).send('log levels are for callers on this machine\n');
  const query = readOnce(request.query);
  if (typeof query === 'string') return reply.code(400).send(`${query}; nothing was changed\n`);
  const { ttl, persist: asked, ...levels } = query;
  const wanted = Object.entries(levels);
  const stranger = wanted.length === 0 ? null : strangerOf(request);
  if (stranger !== null)
    return reply
      .code(403)
      .send(`${stranger}: log levels are changed from a terminal on this machine; nothing was changed\n`);
  const changes: { component: ComponentView; level: (typeof LOG_LEVELS)[number] }[] = [];
  for (const [scope, text] of wanted) {
    const level = parseLogLevel(text);
    const targets =
      scope === 'all' || scope === 'default' ? components : components.filter((component) => component.name === scope);
    if (level === undefined || targets.length === 0) {
      const known = components.map((component) => component.name).join(', ');
      return reply
        .code(400)
        .send(
          `${scope}=${text}: expected a scope of ${known}, all, and a level of ${LOG_LEVELS.join(', ').toLowerCase()}; nothing was changed\n`,
        );
    }
    for (const component of targets) changes.push({ component, level });
  }
  const ttlMs = ttl === undefined ? 0 : parseDuration(ttl);
  if (ttlMs === undefined || ttlMs < 0 || ttlMs > MAX_TTL_MS)
    return reply.code(400).send(`ttl=${ttl}: expected a time such as 10m, 24h at most; nothing was changed\n`);
  const persist = readPersist(asked, ttlMs);
  if (typeof persist === 'string') return reply.code(400).send(`${persist}; nothing was changed\n`);
  if (changes.length > 0) {
    const values = changes.map(({ component, level }) => [levelName(component), level] as const);
    const problem = keepAsked(settings, persist, values);
    if (problem !== null) return reply.code(503).send(`${problem}; nothing was changed\n`);
    for (const { component, level } of changes) {
      const { log, name } = component;
      fallBacks.change(`level of ${name}`, log.level, level, ttlMs, (next, why) => {
        log.setLevel(next);
        log.warn({ level: next, why, requestId: request.id }, 'log level changed');
      });
    }
    return reply.send(
      `${changes.map(({ component, level }) => `set scope ${component.name} log level to ${level.toLowerCase()}`).join('\n')}\n`,
    );
  }
  const lines = components.map((component) => `${component.name}:${component.log.level.toLowerCase()}`);
  return reply.send(
    [`Usage: curl 'http://${request.host}${request.url}?<scope>=<level>&<scope>=<level>'`, ...lines, ''].join('\n'),
  );
}
