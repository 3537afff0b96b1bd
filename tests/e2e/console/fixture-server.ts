/** A pretended control plane over the real contract: routes and paths are those of the API, the answers are fixtures. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  type ComponentState,
  drm,
  type IsolatedInstance,
  type LimitRule,
  message,
  messageText,
  ms,
  osp,
  type Rollout,
  registry,
} from '@weft/api';
import * as data from './fixture-data.ts';
import * as live from './fixture-live.ts';
import * as records from './fixture-records.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As strict as the gateway is: what breaks under it breaks there. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'";

interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}
type Answer = (asked: Asked) => unknown;

export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

export interface FixtureState {
  loggedIn: boolean;
  mustChangePassword: boolean;
  empty: boolean;
  nodes: number;
  rules: LimitRule[];
  rollouts: Rollout[];
  failedComponent: boolean;
  isolated: IsolatedInstance[];
}

const refuse = (status: number, code: string, message: string, fields: object[] = []): never => {
  throw new Refusal(status, { code, message, fields, requestId: '01JREQUEST0000000000000000' });
};

/** As the control plane does: what is no id of a service, each at its place. */
function refuseServices({ services }: LimitRule): void {
  const fields = services.flatMap((service, at) =>
    service === '*' || service.includes('@')
      ? []
      : [
          {
            path: `/services/${at}`,
            message: `not the id of a service, position ${service.length} (found "${service}", expected \`@\` and a protocol, such as \`@Http1\` or \`@DEFAULT\`)`,
          },
        ],
  );
  if (fields.length > 0) refuse(400, 'INVALID', 'The rule is not valid.', fields);
}

const pageOf = (items: readonly unknown[], { query }: Asked) => {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('size') ?? 20);
  return { items: items.slice((page - 1) * size, page * size), total: items.length, page, size };
};

/** Other types than rate limiting have no rule yet. */
function ofOtherRules(operation: string): Answer | undefined {
  if (/^list\w+Rules$/.test(operation)) return (asked) => pageOf([], asked);
  return undefined;
}

export class FixtureServer {
  readonly state: FixtureState = {
    loggedIn: false,
    mustChangePassword: false,
    empty: false,
    nodes: 0,
    rules: structuredClone(data.rules),
    rollouts: [data.rollout, data.haltedRollout],
    failedComponent: false,
    isolated: structuredClone(live.isolated),
  };
  readonly #server: Server;
  readonly #root: string;
  readonly #events = new Set<ServerResponse>();

  constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://fixture');
        const text = Buffer.concat(chunks).toString();
        void this.#serve(request.method ?? 'GET', url, text, response);
      });
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const response of this.#events) response.end();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(method: string, url: URL, text: string, response: ServerResponse): Promise<void> {
    response.setHeader('content-security-policy', POLICY);
    if (!url.pathname.startsWith('/openapi/')) {
      await this.#file(url.pathname, response);
      return;
    }
    try {
      const found = this.#find(method, url.pathname);
      if (found.operation === 'watchEvents') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
        this.#events.add(response);
        response.on('close', () => this.#events.delete(response));
        return;
      }
      const asked = { params: found.params, query: url.searchParams, body: text === '' ? undefined : JSON.parse(text) };
      if (!this.state.loggedIn && found.operation !== 'login') refuse(401, 'UNAUTHENTICATED', 'log in first');
      const answer = this.#answers[found.operation] ?? ofOtherRules(found.operation);
      if (answer === undefined) throw new Error(`the fixtures have no ${found.operation}`);
      const body = answer(asked);
      response.writeHead(body === undefined ? 204 : 200, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, { code: 'INTERNAL', message: String(error), fields: [], requestId: '' });
      response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(JSON.stringify(refusal.body));
    }
  }

  async #file(pathname: string, response: ServerResponse): Promise<void> {
    const wanted = path.join(this.#root, path.normalize(pathname));
    const own = pathname.startsWith('/assets/') || pathname === '/weft.svg';
    const file = own ? wanted : path.join(this.#root, 'index.html');
    try {
      const content = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** The operation of a path, by the contract; the longest path that fits wins. */
  #find(method: string, pathname: string): { operation: string; params: Record<string, string> } {
    let best: { operation: string; params: Record<string, string>; weight: number } | null = null;
    for (const component of [osp, drm, ms, registry]) {
      for (const [operation, route] of Object.entries(component.routes)) {
        if (route.method !== method) continue;
        const names: string[] = [];
        const pattern = `${component.basePath}${route.path}`.replace(/\{(\w+)(\.\.\.)?\}/g, (_, name: string, rest) => {
          names.push(name);
          return rest === undefined ? '([^/:]+)' : '(.+)';
        });
        const match = new RegExp(`^${pattern}$`).exec(pathname);
        const weight = route.path.replace(/\{[^}]*\}/g, '').length;
        if (match !== null && (best === null || weight > best.weight)) {
          const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]));
          best = { operation, params, weight };
        }
      }
    }
    return best ?? refuse(404, 'NOT_FOUND', `there is no ${method} ${pathname}`);
  }

  #rule({ params }: Asked): LimitRule {
    return (
      this.state.rules.find((rule) => rule.ruleDbId === Number(params['id'])) ??
      refuse(404, 'NOT_FOUND', 'there is no such rule')
    );
  }

  #filled<T>(items: readonly T[]): readonly T[] {
    return this.state.empty ? [] : items;
  }

  readonly #answers: Readonly<Record<string, Answer>> = {
    login: ({ body }) => {
      const { password } = body as { password: string };
      if (password === 'wrong') refuse(401, 'BAD_LOGIN', 'Name or password is wrong.');
      this.state.loggedIn = true;
      return data.session(this.state.mustChangePassword);
    },
    logout: () => {
      this.state.loggedIn = false;
      return undefined;
    },
    getSession: () => data.session(this.state.mustChangePassword),
    changeOwnPassword: () => {
      this.state.mustChangePassword = false;
      return data.session(false);
    },
    selectWorkspace: () => data.session(false),
    getWorkspaceFreeze: () => ({ frozen: false, scope: null, since: null, until: null, reason: '', operator: '' }),
    listComponents: () => ({
      version: '0.1.0',
      items: ['osp', 'drm', 'registry', 'meshserver', 'distribution'].map(
        (name): ComponentState => ({
          name,
          state: name === 'drm' && this.state.failedComponent ? 'failed' : 'running',
          ready: true,
          message: name === 'drm' && this.state.failedComponent ? messageText(message('refusal.database-busy')) : '',
          since: data.instant(65),
        }),
      ),
    }),
    listServices: (asked) => {
      const keyword = asked.query.get('keyword') ?? '';
      if (keyword === data.FAILING) refuse(503, 'STORAGE', 'the database could not be read (busy)');
      return pageOf(
        this.#filled(data.services).filter(({ serviceId }) => serviceId.includes(keyword)),
        asked,
      );
    },
    getService: ({ params }) => ({
      ...(data.services.find(({ serviceId }) => serviceId === params['serviceId']) ??
        refuse(404, 'NOT_FOUND', 'there is no such service')),
      groups: ['DEFAULT'],
      zones: ['GZ00B'],
      protectThreshold: { percent: 50, active: false, reason: '' },
      catalogueAgeMs: 420,
    }),
    listProviders: (asked) => pageOf(data.providers, asked),
    updateProviders: ({ body }) => {
      const { addresses, force } = body as { addresses: string[]; force?: boolean };
      if (addresses.length > 1 && force !== true) refuse(409, 'LAST_PROVIDER', 'No enabled provider would be left.');
      return {
        items: addresses.map((id) =>
          id === '10.0.3.13:9080'
            ? { id, ok: false, code: 'NOT_FOUND', message: `${id} does not provide ${data.REVIEWS}` }
            : { id, ok: true, code: '', message: '' },
        ),
      };
    },
    listConsumers: (asked) =>
      pageOf(
        [{ ip: '10.0.3.9', app: 'productpage', proxyId: 'proxy-2', zone: 'GZ00B', lastCallAt: data.instant(1) }],
        asked,
      ),
    listMethods: (asked) =>
      pageOf(
        [
          { method: 'GET /health', source: 'metadata', lastCallAt: null },
          { method: 'GET /reviews/0', source: 'traffic', lastCallAt: data.instant(1) },
        ],
        asked,
      ),
    getServiceMetrics: () => ({
      start: data.instant(300),
      end: data.instant(0),
      stepSeconds: 5,
      points: data.points(60, 5, 41),
      dataAgeMs: 900,
    }),
    listServiceRules: (asked) => pageOf([...this.state.rules.slice(0, 2), ...data.isolateRules], asked),
    listApps: (asked) =>
      pageOf(
        ['productpage', 'details', 'reviews', 'ratings'].map((app) => ({
          app,
          proxies: 1,
          provides: data.services.filter((service) => service.app === app).map((service) => service.serviceId),
          consumes: [data.REVIEWS],
        })),
        asked,
      ),
    listLimitRules: (asked) => pageOf(this.#filled(this.state.rules), asked),
    getLimitRule: (asked) => this.#rule(asked),
    importLimitRules: ({ body, query }) => ({
      applied: query.get('dryRun') !== 'true',
      items: (body as { readonly rules: readonly LimitRule[] }).rules.map(({ name, app }) => ({
        name,
        app,
        action: 'unchanged',
        message: '',
      })),
    }),
    createLimitRule: ({ body }) => {
      const input = body as LimitRule;
      refuseServices(input);
      if (this.state.rules.some((rule) => rule.name === input.name)) {
        refuse(400, 'INVALID', 'The rule is not valid.', [
          { path: '/name', message: `"${input.name}" is the name of another rule` },
        ]);
      }
      const created = {
        ...structuredClone(data.rules[0]!),
        ...input,
        ruleDbId: 400 + this.state.rules.length,
        version: 1,
        hits5m: 0,
      };
      this.state.rules.push(created);
      return created;
    },
    replaceLimitRule: (asked) =>
      Object.assign(this.#rule(asked), asked.body, { version: this.#rule(asked).version + 1 }),
    deleteLimitRule: (asked) => {
      const gone = this.#rule(asked);
      this.state.rules = this.state.rules.filter((rule) => rule !== gone);
      return undefined;
    },
    enableLimitRule: (asked) => Object.assign(this.#rule(asked), { enabled: true }),
    disableLimitRule: (asked) => Object.assign(this.#rule(asked), { enabled: false }),
    batchLimitRules: ({ body }) => ({
      items: (body as { ids: number[] }).ids.map((id) =>
        id === 342
          ? { id, ok: false, code: 'CONFLICT', message: 'a rollout of it is under way: promote or abort it first' }
          : { id, ok: true, code: '', message: '' },
      ),
    }),
    getLimitRulePush: (asked) => data.push(this.#rule(asked)),
    retryLimitRulePush: (asked) => data.push(this.#rule(asked)),
    listLimitRuleVersions: (asked) =>
      pageOf(
        (['enable', 'replace', 'create'] as const).map((operation, at) => ({
          version: 3 - at,
          by: 'admin',
          at: data.instant(600 + at * 4000),
          comment: operation === 'replace' ? 'The database can take more' : '',
          operation,
          changeId: `chg-${at}`,
        })),
        asked,
      ),
    getFuseRule: () => data.fuseRule,
    listIsolateRules: (asked) => pageOf(this.#filled(data.isolateRules), asked),
    listBreakers: () => ({ items: data.breakers, asked: 2, silent: [] }),
    listAuthLists: () => ({ items: data.authLists }),
    listLimitRuleRollouts: (asked) => ({
      items: this.state.rollouts.filter(({ ruleDbId }) => ruleDbId === this.#rule(asked).ruleDbId),
    }),
    diffLimitRule: () => ({ from: 2, to: 3, changes: [{ path: '/spec/threshold', before: 50, after: 100 }] }),
    rollbackLimitRule: (asked) => Object.assign(this.#rule(asked), { version: this.#rule(asked).version + 1 }),
    exportLimitRules: () => ({ format: 'weft-rules/v1', rules: this.state.rules }),
    getLimitRuleHits: () => ({
      stepSeconds: 5,
      points: Array.from({ length: 60 }, (_, at) => ({
        at: data.instant((60 - at) * 5),
        passed: 500,
        rejected: at > 30 ? 40 : 0,
        wouldReject: 0,
      })),
      instances: [{ proxyId: 'proxy-4', ip: '10.0.3.11', passed: 30_000, rejected: 1160, wouldReject: 0 }],
    }),
    previewFuseRule: (asked) => ({
      instances: 3,
      text: '',
      message: { id: 'preview.fuse-errors', params: { percent: 50, calls: 20, seconds: 10, open: 30, probes: 2 } },
      warnings: [],
      warningMessages: [],
      document: { fuseRules: [asked.body] },
    }),
    previewDowngradeRule: (asked) => ({
      instances: 3,
      text: '',
      message: { id: 'preview.answered', params: {} },
      warnings: [],
      warningMessages: [],
      document: { downgradeRules: [asked.body] },
    }),
    previewLimitRule: ({ body }) => {
      refuseServices(body as LimitRule);
      return {
        ratePerSecond: 100,
        burst: 100,
        instances: 3,
        totalPerSecond: 300,
        text: '',
        warnings: [],
        document: { appName: 'reviews', type: 'ALL', enabled: true, flowControlRules: [] },
      };
    },
    listRefusedConnections: (asked) => pageOf(this.#filled(data.refusedConnections), asked),
    listSidecars: (asked) => pageOf(this.#filled(data.sidecars), asked),
    getSidecar: ({ params }) => {
      const found = data.sidecars.find(({ proxyId }) => proxyId === params['proxyId']);
      return data.sidecar(found ?? refuse(404, 'NOT_FOUND', 'there is no such proxy'));
    },
    getSidecarAdmin: ({ params, query }) => {
      switch (params['path']) {
        case 'api/v1/config_dump':
          return live.configuration(params['proxyId'] ?? '');
        case 'api/v1/get_loglevel':
          return live.logLevels;
        case 'api/v1/env':
          return { env: query.get('key') === 'TZ' ? { TZ: 'Asia/Shanghai' } : {}, not_found: null };
        case 'metrics':
          return live.metrics;
        default:
          return { path: params['path'] };
      }
    },
    setSidecarLogLevel: ({ body }) => {
      const { proxyIds, log } = body as { proxyIds: string[]; log: string };
      return {
        items: proxyIds.map((id) =>
          id === 'proxy-8'
            ? { id, ok: false, code: 'UNAVAILABLE', message: `proxy ${id} is not connected with this control plane` }
            : { id, ok: true, code: '', message: log },
        ),
      };
    },
    search: ({ query }) => live.search(query.get('q') ?? '', Number(query.get('size') ?? 5)),
    listIsolated: () => ({ items: this.#filled(this.state.isolated), asked: 4, silent: [] }),
    releaseIsolated: ({ body }) => {
      const { host } = body as { host: string };
      const items = this.state.isolated.filter((item) => item.host === host);
      this.state.isolated = this.state.isolated.filter((item) => item.host !== host);
      return { items, asked: 1, silent: [] };
    },
    resetBreakers: () => ({ items: data.breakers.slice(0, 1), asked: 1, silent: [] }),
    explain: () => data.explained,
    traceRequest: ({ params }) =>
      params['traceId'] === records.TRACE ? records.trace : { ...records.trace, hops: [], silent: [] },
    listRecordedRequests: () => ({ items: this.#filled(records.recent), silent: [] }),
    whyRule: () => records.why,
    backtestRule: () => records.backtest,
    getTopology: () => {
      if (this.state.empty) return { ...data.bookinfo(), nodes: [], edges: [], dataAgeMs: null };
      return this.state.nodes > 0 ? data.largeTopology(this.state.nodes) : data.bookinfo();
    },
    getTopologyNode: ({ params }) => ({
      node:
        data.bookinfo().nodes.find(({ id }) => id === params['id']) ??
        refuse(404, 'NOT_FOUND', 'there is no such node'),
      stepSeconds: 15,
      points: data.points(60, 15, 14),
      statuses: [
        { class: 'success', count: 12_400 },
        { class: 'server_error', count: 96 },
        { class: 'rejected', count: 1284 },
      ],
      proxies: [{ proxyId: 'proxy-4', ip: '10.0.3.11', state: 'Running', rps: 14.1 }],
      rules: [{ ruleDbId: 341, type: 'LIMIT', name: 'reviews-qps', mode: 'CONTROL', enabled: true }],
    }),
    getTopologyEdge: ({ params }) => ({
      edge:
        data.bookinfo().edges.find(({ id }) => id === params['id']) ??
        refuse(404, 'NOT_FOUND', 'there is no such edge'),
      stepSeconds: 15,
      points: data.points(60, 15, 14),
      p90Ms: 21.4,
      statuses: [
        { class: 'success', count: 12_400 },
        { class: 'rejected', count: 1284 },
      ],
      methods: [
        {
          service: data.REVIEWS,
          method: 'GET /reviews/0',
          requests: 12_400,
          rps: 13.9,
          rtMs: 14.8,
          p50Ms: 11,
          p99Ms: 60,
          errorRatio: 0,
          rejected: 1284,
        },
      ],
      rules: [{ ruleDbId: 341, type: 'LIMIT', name: 'reviews-qps', mode: 'CONTROL', enabled: true }],
    }),
    listAudit: (asked) => pageOf(this.#filled(data.audit), asked),
    rollbackChanges: () => data.rolledBack,
    verifyAudit: () => ({ rows: 126, firstBrokenId: null }),
  };
}
