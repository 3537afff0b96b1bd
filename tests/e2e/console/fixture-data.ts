/** What the pretended control plane answers: bookinfo with a little of everything that a page can show. */
import type {
  AnyRuleKind,
  AuditRow,
  AuthLists,
  Breaker,
  LimitRule,
  Provider,
  RefusedConnection,
  RolledBackChanges,
  Rollout,
  RuleOfKind,
  Service,
  Session,
  Sidecar,
  SidecarDetail,
  Topology,
} from '@weft/api';

const NOW = Date.now();
export const instant = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1000).toISOString();

const RATINGS = 'com.weft.bookinfo.RatingService:1.0@DEFAULT';
export const REVIEWS = 'reviews.bookinfo:9080@Http1';
const DETAILS = 'details.bookinfo:9080@Http1';

export const session = (mustChangePassword: boolean): Session => ({
  user: { userId: 'u1', loginName: 'admin', displayName: 'Administrator' },
  csrfToken: 'csrf',
  mustChangePassword,
  tenantId: 'ANTCLOUD',
  workspaceId: 'sit',
  instanceId: '000001',
  permissions: ['*:*:*'],
  workspaces: [
    { tenantId: 'ANTCLOUD', workspaceId: 'sit' },
    { tenantId: 'ANTCLOUD', workspaceId: 'prod' },
  ],
  expiresAt: instant(-86_400),
});

const service = (
  serviceId: string,
  type: string,
  app: string,
  providerCount: number,
  consumerCount: number,
  more: Partial<Service> = {},
): Service => ({
  serviceId,
  type,
  app,
  providerCount,
  consumerCount,
  enabledCount: providerCount,
  protocol: type === 'SOFA' ? 'bolt' : 'Http1',
  mesh: 'all',
  ruleCount: 0,
  ...more,
});

export const services: Service[] = [
  service('productpage.bookinfo:9080@Http1', 'HTTP', 'productpage', 1, 0),
  service(DETAILS, 'HTTP', 'details', 2, 1, { enabledCount: 1 }),
  service(REVIEWS, 'HTTP', 'reviews', 3, 1, { enabledCount: 2, ruleCount: 2 }),
  service(RATINGS, 'SOFA', 'ratings', 2, 2, { ruleCount: 1, mesh: 'some' }),
  service('com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT', 'SOFA', 'sofa-echo-server', 0, 1, { mesh: 'none' }),
  ...Array.from({ length: 24 }, (_, at) =>
    service(
      `org.example.warehouse.StockKeepingService${at + 1}:1.0@DEFAULT`,
      'SOFA',
      `warehouse-${at % 6}`,
      1 + (at % 4),
      at % 5,
    ),
  ),
];

export const providers: Provider[] = ['v1', 'v2', 'v3'].map((version, at) => ({
  address: `10.0.3.${at + 11}:9080`,
  ip: `10.0.3.${at + 11}`,
  port: 9080,
  app: 'reviews',
  meshed: true,
  clusterType: at === 2 ? 'vm' : 'container',
  protocol: 'Http1',
  appVersion: version,
  weight: at === 1 ? 300 : 100,
  publishedWeight: 100,
  state: (['Enabled', 'Disabled', 'Unhealthy'] as const)[at] ?? 'Enabled',
  stateBy: at === 1 ? 'admin' : '',
  stateAt: at === 1 ? instant(4000) : null,
  zone: 'GZ00B',
  proxyId: `proxy-${at + 4}`,
  group: 'DEFAULT',
  metadata: {},
  registeredAt: instant(7200),
  rps: [41.3, 0, 12.06][at] ?? 0,
}));

const FLOW = (app: string): string =>
  `sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.${app}.flowControlRule,version=3.0@DRM`;

const rule = (ruleDbId: number, name: string, more: Partial<LimitRule>): LimitRule => ({
  ruleDbId,
  type: 'LIMIT',
  name,
  app: 'reviews',
  direction: 'SERVER',
  services: [REVIEWS],
  methods: ['*'],
  mode: 'CONTROL',
  enabled: true,
  conditions: [],
  scope: { clusters: [], zones: [], dataCenters: [], ips: [], labels: {}, percent: 100 },
  description: '',
  spec: {
    thresholdType: 'invokeTimes',
    threshold: 100,
    timeMs: 1000,
    maxBurstRatio: 1,
    zoneSpec: [],
    reject: { status: 0, message: '' },
  },
  version: 3,
  createdBy: 'admin',
  createdAt: instant(90_000),
  modifiedBy: 'admin',
  modifiedAt: instant(600),
  changeId: 'chg-0001',
  dataIds: [FLOW('reviews')],
  warnings: [],
  warningMessages: [],
  push: { state: 'ok', target: 3, acked: 3, rejected: 0, pending: 0, version: 125, lastPushAt: instant(599) },
  expiresAt: null,
  rollout: null,
  hits5m: 1284,
  ...more,
});

export const rules: LimitRule[] = [
  rule(341, 'reviews-qps', {}),
  rule(342, 'reviews-vip', {
    rollout: {
      rolloutId: 12,
      state: 'RUNNING',
      step: 2,
      stepCount: 3,
      percent: 25,
      selected: 2,
      applied: 2,
      subscribers: 9,
    },
    methods: ['GET /reviews/*'],
    conditions: [
      { type: 'HEADER', field: 'user', operation: 'IN', value: ['vip', 'gold'] },
      { type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: ['productpage'] },
      { type: 'SYSTEM', field: 'http.path', operation: 'REGEX', value: ['^/reviews/\\d+$'] },
    ],
    mode: 'OBSERVE',
    push: { state: 'partly', target: 3, acked: 2, rejected: 1, pending: 0, version: 126, lastPushAt: instant(40) },
    hits5m: 17,
  }),
  rule(343, 'ratings-concurrency', {
    app: 'ratings',
    services: [RATINGS],
    methods: ['get'],
    enabled: false,
    hits5m: 0,
    spec: {
      thresholdType: 'concurrency',
      threshold: 20,
      timeMs: 1000,
      maxBurstRatio: 1,
      zoneSpec: [],
      reject: { status: 0, message: '' },
    },
    push: { state: 'pending', target: 2, acked: 1, rejected: 0, pending: 1, version: 4, lastPushAt: instant(3) },
  }),
  rule(344, 'echo-slow', {
    app: 'sofa-echo-serv',
    direction: 'CLIENT',
    services: ['com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT'],
    methods: ['echo'],
    hits5m: 0,
    spec: {
      thresholdType: 'invokeTimes',
      threshold: 1,
      timeMs: 10_000,
      maxBurstRatio: 1,
      zoneSpec: [],
      reject: { status: 0, message: '' },
    },
    warnings: ['No live proxy of app sofa-echo-serv.'],
    warningMessages: [{ id: 'warning.no-proxy-of-app', params: { app: 'sofa-echo-serv' } }],
    push: { state: 'none', target: 0, acked: 0, rejected: 0, pending: 0, version: 1, lastPushAt: null },
  }),
];

export const push = (of: LimitRule) => ({
  ...of.push,
  dataIds: [
    {
      dataId: of.dataIds[0] ?? '',
      version: of.push.version,
      instances: Array.from({ length: of.push.target }, (_, at) => {
        const result = at < of.push.acked ? 'APPLIED' : at < of.push.acked + of.push.rejected ? 'REJECTED' : 'PENDING';
        return {
          proxyId: `proxy-${at + 4}`,
          app: of.app,
          ip: `10.0.3.${at + 11}`,
          version: result === 'APPLIED' ? of.push.version : of.push.version - 1,
          sentVersion: of.push.version,
          result,
          reason:
            result === 'REJECTED'
              ? 'flowControlRules[0].mode: unknown value (found "FOO", expected one of CONTROL, OBSERVE)'
              : '',
          at: result === 'PENDING' ? null : instant(39),
          elapsedMs: result === 'PENDING' ? null : 4.2 + at,
        };
      }),
    },
  ],
});

const APPS = ['gateway', 'productpage', 'details', 'reviews', 'reviews', 'reviews', 'ratings', 'ratings'] as const;
export const sidecars: Sidecar[] = APPS.map((app, at) => ({
  proxyId: `proxy-${at + 1}`,
  name: `weft-${app}-${at + 1}`,
  version: '0.1.0',
  app,
  podName: `${app}-7c9d8f6b5-x${at}k2p`,
  podIp: `10.0.3.${at + 8}`,
  port: at === 0 ? null : 9080,
  podState: at === 7 ? 'Unknown' : 'Running',
  state: at === 7 ? 'Unknown' : 'Running',
  stateReason: at === 7 ? 'no report for 94 s' : '',
  createdAt: instant(86_000 - at * 400),
  lastSeenAt: instant(at === 7 ? 94 : 1),
  connected: at !== 7,
  healthy: at === 5 ? false : at === 7 ? null : true,
  zone: 'GZ00B',
  dataCenter: 'gz',
  cluster: 'default',
  labels: { version: 'v1' },
  configDigest: 'd41d8cd98f00b204e9800998ecf8427e3f1a',
  rps: 40.25 - at * 4,
  cpuPercent: 3.4 + at,
  rssBytes: 92_000_000 + at * 1_500_000,
  connections: 12 + at,
}));

export const sidecar = (of: Sidecar): SidecarDetail => ({
  ...of,
  pid: 4127,
  components: [
    { name: 'config', health: true, message: '' },
    { name: 'registry', health: of.healthy !== false, message: of.healthy === false ? 'the connection broke' : '' },
    { name: 'drm', health: of.healthy !== false, message: of.healthy === false ? 'the connection broke' : '' },
  ],
  degraded: of.healthy === false ? ['registry', 'drm'] : [],
  values: [
    { dataId: FLOW(of.app), sentVersion: 125, appliedVersion: 125, state: 'APPLIED', reason: '' },
    {
      dataId: FLOW('__all__'),
      sentVersion: 8,
      appliedVersion: 7,
      state: 'REJECTED',
      reason: '/flowControlRules/0/threshold: -1 found, expected 0 to 2147483647',
    },
  ],
  publications: [{ dataId: REVIEWS, address: '10.0.3.11:9080', protocol: 'Http1' }],
  subscriptions: [{ dataId: RATINGS, endpoints: 2 }],
  events: [
    { at: instant(600), kind: 'rules', message: `version 125 of ${FLOW(of.app)} is in force, from the server` },
    { at: instant(7000), kind: 'control-plane', message: 'was out of reach for 12 s (the connection broke)' },
  ],
});

const figures = (rps: number, rtMs: number, errorRatio: number, rejected = 0) => ({
  requests: Math.round(rps * 900),
  rps,
  rtMs,
  p50Ms: rtMs * 0.8,
  p99Ms: rtMs * 4.1,
  errorRatio,
  rejected,
});

const node = (
  id: string,
  name: string,
  kind: 'app' | 'external',
  numbers: ReturnType<typeof figures>,
  version = '',
) => ({
  id,
  kind,
  name,
  version,
  instances: kind === 'app' ? 1 : 0,
  ...numbers,
  marks: [] as Topology['nodes'][number]['marks'],
});
const edge = (
  source: string,
  target: string,
  numbers: ReturnType<typeof figures>,
  service: string,
  protocol = 'Http1',
) => ({
  id: `${source}>${target}`,
  source,
  target,
  service,
  protocol,
  tls: false,
  reportedBy: source === 'external' ? ('callee' as const) : ('caller' as const),
  ...numbers,
  marks: [] as Topology['edges'][number]['marks'],
  routes: [] as Topology['edges'][number]['routes'],
});

export const bookinfo = (): Topology => {
  const nodes = [
    node('external', 'external', 'external', figures(42, 0, 0)),
    node('productpage', 'productpage', 'app', figures(42.1, 31.5, 0.4)),
    node('details', 'details', 'app', figures(41.9, 3.2, 0)),
    node('reviews-v1', 'reviews', 'app', figures(14.1, 6.4, 0), 'v1'),
    { ...node('reviews-v2', 'reviews', 'app', figures(13.9, 14.8, 0, 1284), 'v2'), marks: ['limited' as const] },
    { ...node('reviews-v3', 'reviews', 'app', figures(13.8, 15.1, 7.2), 'v3'), marks: ['unhealthy' as const] },
    node('ratings', 'ratings', 'app', figures(27.7, 2.1, 0.02)),
  ];
  const edges = [
    edge('external', 'productpage', figures(42.1, 31.5, 0.4), 'productpage.bookinfo:9080@Http1'),
    edge('productpage', 'details', figures(41.9, 3.2, 0), DETAILS),
    edge('productpage', 'reviews-v1', figures(14.1, 6.4, 0), REVIEWS),
    { ...edge('productpage', 'reviews-v2', figures(13.9, 14.8, 0, 1284), REVIEWS), marks: ['limited' as const] },
    edge('productpage', 'reviews-v3', figures(13.8, 15.1, 7.2), REVIEWS),
    edge('reviews-v2', 'ratings', figures(13.9, 2.1, 0), RATINGS, 'bolt'),
    edge('reviews-v3', 'ratings', figures(13.8, 2.1, 0.02), RATINGS, 'bolt'),
  ];
  return { start: instant(900), end: instant(0), coveredFrom: instant(900), dataAgeMs: 1200, nodes, edges };
};

/** A graph of so many nodes in layers, each calling two of the next. */
export const largeTopology = (count: number): Topology => {
  const nodes = Array.from({ length: count }, (_, at) =>
    node(
      `n${at}`,
      `service-${String(at).padStart(3, '0')}`,
      'app',
      figures(10 + (at % 40), 2 + (at % 30), at % 37 === 0 ? 8 : 0),
    ),
  );
  const width = 30;
  const edges = nodes.flatMap((from, at) =>
    [0, 7].flatMap((shift) => {
      const target = (Math.floor(at / width) + 1) * width + ((at + shift) % width);
      return target < count ? [edge(from.id, `n${target}`, figures(5 + (at % 20), 4, 0), REVIEWS)] : [];
    }),
  );
  return { start: instant(900), end: instant(0), coveredFrom: instant(900), dataAgeMs: 900, nodes, edges };
};

export const points = (count: number, stepSeconds: number, rps: number) =>
  Array.from({ length: count }, (_, at) => {
    const wave = 1 + 0.25 * Math.sin(at / 4) + 0.05 * Math.sin(at * 1.7);
    return {
      at: instant((count - at) * stepSeconds),
      ...figures(rps * wave, 6 * wave, at > count / 2 ? 1.5 : 0.2, at > count / 2 ? 20 : 0),
      errors: 1,
    };
  });

/** As the control plane writes them: a rule that was switched on, changed and created. */
const auditDiffs = [
  [
    { path: '/enabled', before: false, after: true },
    { path: '/spec/threshold', before: 50, after: 100 },
  ],
  [{ path: '/spec/threshold', before: 50, after: 100 }],
  [{ path: '', before: null, after: { name: 'reviews-qps', app: 'reviews', spec: { threshold: 50 } } }],
].map((changes) => ({
  rules: [{ id: 341, version: 7, changes }],
  documents: [{ dataId: push(rules[0]!).dataIds[0]!.dataId, version: 126 }],
}));

export const audit: AuditRow[] = Array.from({ length: 26 }, (_, at) => ({
  id: 126 - at,
  at: instant(at * 311),
  ...(at === 2
    ? { actor: 'weft', actorType: 'COMPONENT' }
    : at % 5 === 3
      ? { actor: 'ci-deploy', actorType: 'API_TOKEN' }
      : { actor: 'admin', actorType: 'USER' }),
  tenantId: 'ANTCLOUD',
  workspaceId: 'sit',
  action: ['ms.enableLimitRule', 'ms.replaceLimitRule', 'ms.createLimitRule', 'osp.login'][at % 4] ?? '',
  // A name of few letters is the more of a sentence the less it looks like a link; one of blanks is seen by its number.
  object: at % 4 === 3 ? 'user admin' : `rule limit/341 ${['reviews-qps', 'en', '   '][at % 3]}`,
  result: at % 9 === 4 ? 'REFUSED' : 'OK',
  diff: at === 4 ? { changed: 0 } : at === 5 ? { dryRun: true } : (auditDiffs[at % 4] ?? null),
  ip: '127.0.0.1',
  requestId: `01JABCDEF${at}`,
  changeId: `chg-${at}`,
  hash: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
}));

/** What taking one of these changes back would do. */
export const rolledBack: RolledBackChanges = {
  applied: false,
  items: [
    {
      type: 'limit',
      ruleDbId: 341,
      app: 'reviews',
      name: 'reviews-qps',
      action: 'replace',
      changes: [
        { path: '/spec/threshold', before: 100, after: 50 },
        { path: '/enabled', before: true, after: false },
      ],
    },
    { type: 'auth', ruleDbId: 352, app: 'ratings', name: 'ratings-callers', action: 'delete', changes: [] },
    { type: 'fuse', ruleDbId: 347, app: 'details', name: 'details-slow', action: 'restore', changes: [] },
  ],
};

/** A list that is asked for this word fails. */
export const FAILING = 'fail-please';

const host = (address: string) => ({ address, weight: 128 });
const explainedRule = (
  ruleDbId: number,
  name: string,
  mode: string,
  verdict: string,
  detail: string,
  conditions: object[],
) => ({
  type: 'LIMIT',
  ruleDbId,
  name,
  resource: `${REVIEWS}:i:r`,
  mode,
  conditions,
  matched: verdict !== 'not_matched',
  verdict,
  detail,
});

/** What a proxy says of a request that a rule refuses on one of its listeners. */
export const explained = {
  proxyId: 'proxy-4',
  verdict: 'http_ingress: refused by rule 341 reviews-qps: 0.2 of 100 tokens',
  ok: false,
  steps: [],
  raw: {
    listeners: [
      {
        listener: 'http_egress',
        address: '127.0.0.1:12201',
        router: 'http_egress_router',
        filters: [],
        rules: [],
        virtualHost: null,
        considered: [],
        route: null,
        action: { kind: 'none', status: 404 },
      },
      {
        listener: 'http_ingress',
        address: '10.0.3.11:12200',
        router: 'http_ingress_router',
        filters: [],
        rules: [
          explainedRule(342, 'reviews-vip', 'OBSERVE', 'not_matched', '', [
            { condition: 'HEADER user IN [vip, gold]', actual: '', matched: false },
          ]),
          explainedRule(344, 'reviews-trial', 'OBSERVE', 'would_reject', '20 of 20 requests in flight', []),
          explainedRule(341, 'reviews-qps', 'CONTROL', 'reject', '0.2 of 100 tokens', []),
        ],
        virtualHost: 'reviews.bookinfo:9080',
        considered: [
          {
            route: 'virtual_hosts[0].routers[0]',
            matched: true,
            conditions: [{ left: 'path', operator: 'starts with', right: '/', value: '/reviews/0', matched: true }],
          },
        ],
        route: 'virtual_hosts[0].routers[0]',
        action: {
          kind: 'forward',
          clusters: [
            { name: 'reviews-local', weight: 1, loadBalancer: 'LB_ROUNDROBIN', hosts: [host('127.0.0.1:9080')] },
          ],
        },
      },
    ],
  },
};

const CLIENT = { app: 'reviews', version: 126, sentVersion: 126, expected: 126, reason: '', elapsedMs: 4 } as const;
const FIGURES = {
  windowSec: 10,
  selected: { requests: 212, errorRate: 0.0047, rejectRate: 0.0142, rtMs: 12.4, p99Ms: 48.3 },
  reference: { requests: 1904, errorRate: 0.0042, rejectRate: 0, rtMs: 11.9, p99Ms: 46.1 },
  referenceOf: 'others',
} as const;

/** Under way at 25 percent. */
export const rollout: Rollout = {
  rolloutId: 12,
  ruleDbId: 342,
  state: 'RUNNING',
  step: 2,
  stepCount: 3,
  percent: 25,
  selected: 2,
  applied: 2,
  subscribers: 9,
  steps: [
    { percent: 5, waitSec: 300, guard: { maxErrorRate: 0.01 } },
    { percent: 25, waitSec: 300, guard: { maxErrorRate: 0.01, maxRejectRate: 0.05, maxP99IncreaseMs: 50 } },
    { percent: 100, waitSec: 60 },
  ],
  selector: {},
  autoPromote: true,
  comment: 'Sale',
  startedAt: instant(402),
  startedBy: 'admin',
  endedAt: null,
  endedBy: null,
  secondsLeft: 198,
  text: '25 % for another 198 s',
  said: { id: 'rollout.is-waiting', params: { percent: 25, seconds: 198 } },
  changes: [{ path: '/spec/threshold', before: 8, after: 20 }],
  dataIds: [FLOW('reviews')],
  instances: ['10.0.3.31', '10.0.3.34'].map((ip, at) => ({
    ...CLIENT,
    proxyId: `weft-reviews-${at}`,
    ip,
    result: 'APPLIED',
    at: instant(100),
    selected: true,
  })),
  figures: FIGURES,
  breach: null,
  history: [
    { at: instant(402), by: 'admin', what: 'start', percent: 5, text: 'Sale', said: null },
    {
      at: instant(102),
      by: 'weft',
      what: 'step',
      percent: 25,
      text: 'step 2 of 3: 25 %',
      said: { id: 'rollout.step', params: { step: 2, steps: 3, percent: 25 } },
    },
  ],
};

const HALTED = {
  guard: { id: 'rollout.guard-maxErrorRate', params: {} },
  found: '31.2 %',
  reference: '0.4 %',
  limit: '1 %',
  requests: 96,
  seconds: 6,
} as const;
/** Given up by itself. */
export const haltedRollout: Rollout = {
  ...rollout,
  rolloutId: 9,
  ruleDbId: 343,
  state: 'ABORTED',
  step: 1,
  percent: 5,
  selected: 0,
  applied: 0,
  subscribers: 0,
  instances: [],
  secondsLeft: null,
  endedAt: instant(3594),
  endedBy: 'weft',
  text: 'given up: every proxy has the content from before',
  said: { id: 'rollout.is-aborted', params: {} },
  breach: {
    at: instant(3594),
    guard: 'maxErrorRate',
    limit: 0.01,
    found: 0.312,
    reference: 0.004,
    referenceOf: 'others',
    requests: 96,
    windowSec: 6,
    proxies: ['weft-ratings-1'],
    reason: '',
  },
  history: [
    { at: instant(3600), by: 'admin', what: 'start', percent: 5, text: '', said: null },
    {
      at: instant(3594),
      by: 'weft',
      what: 'halt',
      percent: 5,
      text: 'errors: found 31.2 %, with the others 0.4 %, at most 1 % more; 96 requests in 6 s',
      said: { id: 'rollout.halted-figures', params: HALTED },
    },
  ],
};

export const refusedConnections: readonly RefusedConnection[] = [
  {
    proxyId: '6f1d2c3b-0000-4000-8000-000000000009',
    app: 'recommendations',
    address: '10.1.4.77',
    accessKeyId: 'WEFTqpZ83kd0sLmN41xa',
    cause: 'disabled-key',
    reason: 'the access key WEFTqpZ83kd0sLmN41xa is disabled',
    reasonMessage: { id: 'refused.disabled-key', params: { key: 'WEFTqpZ83kd0sLmN41xa' } },
    advice: 'enable the access key again, or give the proxy another one with --control-key-file FILE',
    adviceMessage: { id: 'refused.do-disabled-key', params: {} },
    count: 6,
    firstAt: instant(600),
    lastAt: instant(20),
  },
];

export const fuseRule: RuleOfKind<Extract<AnyRuleKind, { type: 'FUSE' }>> = {
  ...(rules[0] as LimitRule),
  ruleDbId: 401,
  type: 'FUSE',
  name: 'reviews-breaker',
  spec: {
    triggerType: 'errorRatio',
    threshold: 50,
    thresholdUnit: 'percent',
    triggerWindowMillis: 10_000,
    floorRequestCount: 20,
    meltWindowMillis: 30_000,
    probeNum: 2,
    meltAlgorithm: 'classic',
    recoveryAlgorithm: 'classic',
    rpcTimeout: 0,
    errorCodes: [],
    zoneSpec: [],
    reject: { status: 0, message: '' },
  },
};

export const isolateRules: RuleOfKind<Extract<AnyRuleKind, { type: 'ISOLATE' }>>[] = [
  'bookinfo-isolate',
  'ratings-slow',
].map((name, index) => ({
  ...(rules[index] as LimitRule),
  ruleDbId: 501 + index,
  type: 'ISOLATE',
  name,
  app: index === 1 ? 'productpage' : 'reviews',
  direction: 'CLIENT',
  spec: {
    timeWindow: 10,
    leastWindowCount: 10,
    leastExceptionRate: 20,
    exceptionRateMultiple: 1,
    maxIpCount: 1,
    maxIpRatio: 0.5,
    recoverTime: 60_000,
    exceptionTypes: [],
  },
}));

const BREAKER = { app: 'reviews', ruleDbId: 401, name: 'reviews-breaker', mode: 'CONTROL' } as const;
export const breakers: Breaker[] = [
  {
    ...BREAKER,
    proxyId: 'weft-reviews-1',
    ip: '10.0.3.11',
    resource: `${REVIEWS}:i:r`,
    state: 'OPEN',
    until: instant(-18),
    window: { total: 41, errors: 38, averageMs: 12, probes: 0 },
  },
  {
    ...BREAKER,
    proxyId: 'weft-reviews-2',
    ip: '10.0.3.12',
    resource: `${REVIEWS}:i:r`,
    state: 'CLOSED',
    until: null,
    window: { total: 388, errors: 2, averageMs: 9, probes: 0 },
  },
];

const SWITCHED = { modifiedBy: 'admin', modifiedAt: instant(500) } as const;
export const authLists: AuthLists[] = [
  {
    app: 'reviews',
    service: '*',
    whiteListEnabled: true,
    blackListEnabled: true,
    whiteListRules: 0,
    blackListRules: 1,
    modifiedBy: '',
    modifiedAt: null,
    warnings: [],
    warningMessages: [],
  },
  {
    app: 'reviews',
    service: REVIEWS,
    whiteListEnabled: false,
    blackListEnabled: true,
    whiteListRules: 2,
    blackListRules: 0,
    ...SWITCHED,
    warnings: [`the whitelist of ${REVIEWS} is switched off: rules in it do not act there`],
    warningMessages: [
      { id: 'warning.list-off', params: { list: { id: 'list.WHITELIST', params: {} }, services: REVIEWS } },
    ],
  },
];
