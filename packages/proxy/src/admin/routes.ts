import { parseDuration } from '@weft/schema';
import { RULE_DOCUMENTS } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/wire';
import { PROMETHEUS_CONTENT_TYPE } from '@weft/telemetry';
import { sumOfEfforts, sumOfRule } from '../governance/index.ts';
import { reasonOf } from './reason.ts';
import { recordQuestion } from './record-question.ts';
import { requestQuestion } from './request-question.ts';
import { maskVariable } from './secrets.ts';
import { type AdminRequest, type AdminResponse, type AdminRoute, failure, json, text } from './server.ts';
import type { AdminTarget, Isolated, IsolatedQuery } from './target.ts';

/** Parts without which requests are served all the same, from what is in force: a proxy is healthy without them. */
const NOT_FOR_TRAFFIC = new Set(['antvip', 'registry', 'drm', 'zoneclient']);

const DUMP_PARAMETERS = [
  'document',
  'mosnconfig',
  'allrouters',
  'allclusters',
  'alllisteners',
  'router',
  'cluster',
  'listener',
];

/** Life-cycle stage of a proxy that serves and does not drain. */
const RUNNING = 6;

/** All paths of the admin API. */
export function adminRoutes(target: AdminTarget): AdminRoute[] {
  const get = (
    path: string,
    access: AdminRoute['access'],
    summary: string,
    handle: AdminRoute['handle'],
  ): AdminRoute => ({ path, methods: ['GET'], access, summary, handle });
  const post = (path: string, summary: string, handle: AdminRoute['handle']): AdminRoute => ({
    path,
    methods: ['POST'],
    access: 'guarded',
    summary,
    handle,
  });
  const routes: AdminRoute[] = [
    get('/api/v1/version', 'open', 'version of the proxy', (request) => version(target, request)),
    get('/api/v1/health', 'open', 'health of the parts', ({ owner }) => {
      const components = target.health(owner);
      // A refused reload or a drain shows here as it does in its component; probes that only look at the status go on.
      const serving = components.every((part) => part.health || NOT_FOR_TRAFFIC.has(part.name));
      return json({ health: target.stage() === RUNNING && serving, components }, 0);
    }),
    get('/api/v1/container_state', 'open', 'state of the proxy: 1 is normal', () => {
      const { state, degraded } = target.containerState();
      return json({ container_name: 'mosn-sidecar-container', state, ...(degraded.length > 0 ? { degraded } : {}) }, 0);
    }),
    get('/api/v1/states', 'open', 'process id and life-cycle stage', () =>
      text(`pid=${process.pid}&state=${target.stage()}\n`),
    ),
    get('/api/v1/config_dump', 'guarded', 'configuration in force', (request) => configDump(target, request)),
    get('/api/v1/config_digest', 'guarded', 'digests of the compiled program (detail=1: per resource)', (request) =>
      json(target.digest(request.query.get('detail') === '1')),
    ),
    get('/api/v1/stats', 'guarded', 'all counters, or key=<type>', (request) => {
      const key = request.query.get('key') ?? undefined;
      const stats = target.mosnStats(key);
      return stats === undefined ? text(`no metrics key: ${key}\n`) : json(stats, '\t');
    }),
    get('/api/v1/stats_glob', 'guarded', 'totals of the process', () => text(target.statsGlob())),
    get('/api/v1/get_loglevel', 'guarded', 'levels of the logs', () => json(target.logLevels(), 0)),
    post('/api/v1/update_loglevel', 'sets the level of a log', (request) => updateLogLevel(target, request)),
    post('/api/v1/enable_log', 'switches a log on; the body is its path', (request) =>
      switchLog(target, request, true),
    ),
    post('/api/v1/disable_log', 'switches a log off; the body is its path', (request) =>
      switchLog(target, request, false),
    ),
    post('/api/v1/disbale_log', 'the same, as some runbooks spell it', (request) => switchLog(target, request, false)),
    get('/api/v1/features', 'guarded', 'feature gates, or key=<name>', (request) => features(target, request)),
    {
      path: '/api/v1/plugin',
      methods: ['GET', 'POST'],
      access: 'guarded',
      summary: 'plugins that run as processes: status=, enable= or disable= of a name or `all`',
      handle: plugin,
    },
    get('/api/v1/env', 'guarded', 'environment variables key=A&key=B', environment),
    get('/api/v1/connections', 'guarded', 'every open connection', async () => json(await target.connections())),
    get(
      '/api/v1/governance/rules',
      'guarded',
      'documents of governance rules in force, or type=<LIMIT …>',
      ({ query }) => governanceRules(target, query.get('type')),
    ),
    get(
      '/api/v1/governance/records',
      'guarded',
      'requests that are remembered: trace=ID, recent=1, type=<LIMIT …>&rule=NUMBER, or direction=<SERVER|CLIENT>&thread=N&after=N&since=MS',
      ({ query }) => records(target, query),
    ),
    get('/api/v1/routerule/get', 'guarded', 'routing rules in force, as their documents have them', () =>
      json(target.governanceRules('ROUTE')),
    ),
    get(
      '/api/v1/governance/fuse',
      'guarded',
      'circuit breakers: state, until when, counts of the window; or resource=, rule=, state=',
      ({ query }) => breakers(target, query),
    ),
    post('/api/v1/governance/fuse/reset', 'closes circuit breakers: resource=, rule= or all=1', ({ query }) =>
      resetBreakers(target, query),
    ),
    get(
      '/api/v1/governance/isolation',
      'guarded',
      'instances that are left out: since and until when, for which calls; or rule=, service=, host=',
      ({ query }) => isolations(target, query),
    ),
    post(
      '/api/v1/governance/isolation/release',
      'lets isolated instances come back: host=, service=, rule= or all=1',
      ({ query }) => releaseIsolated(target, query),
    ),
    get(
      '/api/v1/explain',
      'guarded',
      'what would become of a request: protocol=, host=, path=, method=, service=, header=NAME:VALUE …, listener=, source-ip=',
      ({ query }) => explain(target, query),
    ),
    post('/api/v1/reload', 'reads the configuration file again', (request) => reload(target, request)),
    {
      path: '/api/v1/drain',
      methods: ['GET', 'POST'],
      access: 'guarded',
      summary: 'progress of a drain; POST starts it',
      handle(request) {
        if (request.method === 'POST') target.drain();
        return json(target.drainState());
      },
    },
    post('/api/v1/stop', 'ends the proxy; graceful=0 at once', (request) => {
      target.stop(request.query.get('graceful') !== '0');
      return text('stopping\n');
    }),
    get('/metrics', 'open', 'counters as Prometheus text', () => ({
      status: 200,
      type: PROMETHEUS_CONTENT_TYPE,
      body: target.prometheus(),
    })),
  ];
  const hooks = target.testHooks;
  if (hooks !== null) {
    routes.push(
      post('/api/v1/test/fault', 'makes a data thread throw, exit or loop', ({ query }) =>
        hooks.misbehave(Number(query.get('thread') ?? 0), query.get('kind') ?? '')
          ? text('ok\n')
          : failure(400, 'kind is throw, exit or loop'),
      ),
      post('/api/v1/test/move', 'moves connections between data threads', ({ query }) => {
        hooks.move(Number(query.get('from') ?? 0), Number(query.get('to') ?? 1), Number(query.get('count') ?? 1));
        return text('ok\n');
      }),
      get('/api/v1/test/memory', 'guarded', 'memory of every thread after a collection', async () =>
        json(await hooks.memory()),
      ),
    );
  }
  routes.push(
    get('/', 'open', 'this list', () =>
      text(`supported APIs:\n${routes.map((route) => `${route.path}`).join('\n')}\n`),
    ),
  );
  return routes;
}

function version(target: AdminTarget, request: AdminRequest): AdminResponse {
  const { version, revision, built } = target;
  if (request.accept.includes('application/json')) return json({ version, revision, node: process.version, built }, 0);
  return text(`mosn version: ${version}\nweft version: ${version}\n`);
}

function configDump(target: AdminTarget, request: AdminRequest): AdminResponse {
  const parameters = [...request.query.keys()];
  if (parameters.length > 1) return failure(400, 'only support one parameter');
  const { document, ...dump } = target.dump();
  const [parameter] = parameters;
  if (parameter === undefined) return json({ ...dump, extends: [] });
  if (!DUMP_PARAMETERS.includes(parameter)) return failure(500, 'internal error');
  const name = request.query.get(parameter) ?? '';
  switch (parameter) {
    case 'document':
      return json(document);
    case 'mosnconfig':
      return json(dump.mosn_config);
    case 'allrouters':
      return json(dump.routers);
    case 'allclusters':
      return json(dump.cluster);
    case 'alllisteners':
      return json(dump.listener);
    case 'router':
      return json(dump.routers[name] ?? {});
    case 'cluster':
      return json(dump.cluster[name] ?? {});
    default:
      return json(dump.listener[name] ?? {});
  }
}

function governanceRules(target: AdminTarget, type: string | null): AdminResponse {
  const wanted = type?.toUpperCase();
  if (wanted !== undefined && !Object.hasOwn(RULE_DOCUMENTS, wanted))
    return failure(400, `no such type: ${type}; expected one of ${Object.keys(RULE_DOCUMENTS).join(', ')}`);
  return json(target.governanceRules(wanted as RuleType | undefined));
}

function breakers(target: AdminTarget, query: URLSearchParams): AdminResponse {
  const rule = ruleNumber(query);
  if (typeof rule === 'string') return failure(400, rule);
  const resource = query.get('resource');
  const state = query.get('state')?.toUpperCase();
  const found = target
    .breakers()
    .filter(
      (item) =>
        (resource === null || item.resource === resource) &&
        (rule === null || item.rule === rule) &&
        (state === undefined || item.state === state),
    );
  return json({ breakers: found });
}

/** Nobody closes all breakers of a proxy by leaving something out. */
function resetBreakers(target: AdminTarget, query: URLSearchParams): AdminResponse {
  const rule = ruleNumber(query);
  if (typeof rule === 'string') return failure(400, rule);
  const resource = query.get('resource');
  const all = query.get('all') === '1';
  if (all === (resource !== null || rule !== null))
    return failure(400, 'give resource=NAME, rule=NUMBER or both, or all=1 for every breaker');
  return json({ reset: target.resetBreakers(resource, rule) });
}

/** What isolated instances are asked for; a text says what is wrong. */
function isolatedQuery(query: URLSearchParams): IsolatedQuery | string {
  const rule = ruleNumber(query);
  return typeof rule === 'string' ? rule : { host: query.get('host'), service: query.get('service'), rule };
}

function isolations(target: AdminTarget, query: URLSearchParams): AdminResponse {
  const which = isolatedQuery(query);
  if (typeof which === 'string') return failure(400, which);
  const fits = (item: Isolated): boolean =>
    (which.host === null || item.host === which.host) &&
    (which.service === null || item.service === which.service) &&
    (which.rule === null || item.rule === which.rule);
  return json({ isolated: target.isolations().filter(fits) });
}

/** Nobody lets all instances come back by leaving something out. */
function releaseIsolated(target: AdminTarget, query: URLSearchParams): AdminResponse {
  const which = isolatedQuery(query);
  if (typeof which === 'string') return failure(400, which);
  const named = which.host !== null || which.service !== null || which.rule !== null;
  if ((query.get('all') === '1') === named)
    return failure(400, 'give host=IP:PORT, service=NAME, rule=NUMBER or several of them, or all=1 for every instance');
  return json({ released: target.releaseIsolated(which) });
}

/** The rule that is asked about, null for any; a text says what is wrong. */
function ruleNumber(query: URLSearchParams): number | null | string {
  const text = query.get('rule');
  if (text === null) return null;
  const rule = Number(text);
  return text !== '' && Number.isSafeInteger(rule) && rule >= 0 ? rule : `rule: found "${text}", expected a number`;
}

async function explain(target: AdminTarget, query: URLSearchParams): Promise<AdminResponse> {
  const question = requestQuestion(query);
  if (typeof question === 'string') return failure(400, question);
  try {
    return json(await target.explain(question));
  } catch (error) {
    return failure(400, reasonOf(error));
  }
}

async function records(target: AdminTarget, query: URLSearchParams): Promise<AdminResponse> {
  const question = recordQuestion(query);
  if (typeof question === 'string') return failure(400, question);
  const answers = await target.records(question);
  const oldest = answers.map(({ oldestMs }) => oldestMs).filter((atMs) => atMs > 0);
  const common = {
    on: answers.some(({ on }) => on),
    oldestMs: oldest.length === 0 ? 0 : Math.min(...oldest),
    threads: answers.length,
  };
  if (question.kind === 'rule') {
    const efforts = sumOfEfforts(answers.flatMap((answer) => answer.efforts));
    return json({ ...common, rule: sumOfRule(answers), efforts }, 0);
  }
  const found = answers.flatMap((answer) => answer.records).sort((a, b) => a.atMs - b.atMs);
  const next = answers.find((answer) => answer.next !== null)?.next ?? null;
  return json({ ...common, records: found, next }, 0);
}

/** A level that was raised for a look does not stay for longer. */
const MAX_LEVEL_TTL_MS = 86_400_000;

function updateLogLevel(target: AdminTarget, request: AdminRequest): AdminResponse {
  const body = parseObject(request.body);
  const level = body?.['log_level'];
  const path = body?.['log_path'] ?? '';
  // Whoever asks for one trace does not want the lines of all.
  if (body?.['match'] !== undefined)
    return failure(400, 'update logger failed: match is not supported; leave it out to set the level for all requests');
  const ttlMs = body?.['ttl'] === undefined ? 0 : parseDuration(body['ttl']);
  const inRange = ttlMs !== undefined && ttlMs >= 0 && ttlMs <= MAX_LEVEL_TTL_MS;
  if (typeof level === 'string' && typeof path === 'string' && inRange && target.setLogLevel(path, level, ttlMs))
    return text('update logger success\n');
  return failure(400, 'update logger failed');
}

function switchLog(target: AdminTarget, request: AdminRequest, enabled: boolean): AdminResponse {
  const word = enabled ? 'enable' : 'disable';
  return target.setLogEnabled(request.body.trim(), enabled)
    ? text(`${word} logger success\n`)
    : failure(400, `${word} logger failed`);
}

function features(target: AdminTarget, request: AdminRequest): AdminResponse {
  const gates = target.features();
  const key = request.query.get('key');
  if (key === null) return json(gates, 0);
  return Object.hasOwn(gates, key) ? text(String(gates[key])) : failure(400, `no such feature: ${key}`);
}

function environment(request: AdminRequest): AdminResponse {
  const keys = request.query.getAll('key');
  if (keys.length === 0) return failure(400, 'give at least one key=NAME');
  const env: Record<string, string> = {};
  const missing: string[] = [];
  for (const key of keys) {
    const value = process.env[key];
    if (value === undefined) missing.push(key);
    else env[key] = maskVariable(key, value);
  }
  return json({ env, not_found: missing.length === 0 ? null : missing }, 0);
}

/** MOSN's plugins are processes of their own. Weft's run inside and are switched by the configuration: there is none to list. */
function plugin(request: AdminRequest): AdminResponse {
  const commands = ['status', 'enable', 'disable'].filter((key) => request.query.has(key));
  const [command] = commands;
  if (command === undefined || commands.length > 1)
    return failure(400, 'give one of status=NAME, enable=NAME and disable=NAME; NAME may be all');
  const name = request.query.get(command) ?? '';
  return name === 'all' ? text('no plugins\n') : failure(400, `no such plugin: ${name}`);
}

async function reload(target: AdminTarget, request: AdminRequest): Promise<AdminResponse> {
  const file = parseObject(request.body)?.['file'];
  if (file !== undefined && (typeof file !== 'string' || !request.owner)) {
    return failure(
      403,
      'another file can only be named by `weft proxy reload -c FILE` of the user that runs the proxy',
    );
  }
  try {
    return json(await target.reload((file as string | undefined) ?? null));
  } catch (error) {
    return failure(400, reasonOf(error));
  }
}

function parseObject(body: string): Record<string, unknown> | null {
  if (body.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not JSON: the caller answers with its own error.
    return null;
  }
}
