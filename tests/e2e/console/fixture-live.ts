/** What the pretended control plane finds, and what its proxies answer when they are asked. */
import type { IsolatedInstance, SearchHit, SearchResult } from '@weft/api';
import { instant, REVIEWS, rules, services, sidecars } from './fixture-data.ts';

const byCallers = (['ISOLATED', 'RECOVERING'] as const).map((state, at) => ({
  proxyId: 'proxy-2',
  app: 'productpage',
  ip: '10.0.3.9',
  ruleDbId: 502,
  name: 'ratings-slow',
  direction: 'CLIENT' as const,
  mode: 'CONTROL' as const,
  reason: '',
  host: `10.0.3.${at + 12}:9080`,
  service: REVIEWS,
  state,
  since: instant(20),
  until: instant(-40),
  calls: 52,
  exceptions: 40 - at * 12,
  rate: 76.9,
}));
/** Their own proxies judge these: one is left out by all callers, the other is one too many. */
const own = (at: number) => ({
  proxyId: `proxy-${at + 3}`,
  app: 'reviews',
  ip: `10.0.3.${at + 21}`,
  ruleDbId: 501,
  name: 'bookinfo-isolate',
  direction: 'SERVER' as const,
  mode: 'CONTROL' as const,
  host: `10.0.3.${at + 21}:9080`,
  service: REVIEWS,
  since: instant(20),
  until: instant(-40),
  calls: 40,
  exceptions: 30,
  rate: 75,
});
export const isolated: IsolatedInstance[] = [
  ...byCallers,
  { ...(byCallers[0] as IsolatedInstance), host: '10.0.3.11:9080' },
  { ...own(0), state: 'ISOLATED', reason: '' },
  { ...own(1), state: 'ASKING', reason: '1 of at most 1 instances of reviews are isolated' },
];

/** Of proxies that were set up almost alike. */
export const configuration = (proxyId: string) => ({
  listeners: Array.from({ length: 12 }, (_, at) => ({
    name: `listener-${at}`,
    address: `127.0.0.1:${9000 + at}`,
    idle_timeout: proxyId === 'proxy-5' && at === 3 ? '30s' : '90s',
  })),
  ...(proxyId === 'proxy-5' ? { tracing: { enable: true } } : {}),
});

export const logLevels = {
  '/var/log/weft/default.log': 'INFO',
  '/var/log/weft/rbac.log': 'INFO',
  '/var/log/weft/fuse.log': 'INFO',
};

export const metrics = [
  '# HELP weft_requests_total Requests that were served.',
  '# TYPE weft_requests_total counter',
  'weft_requests_total{direction="inbound",service="reviews"} 41822',
].join('\n');

const hit = (own: Pick<SearchHit, 'kind' | 'id' | 'title'> & Partial<SearchHit>): SearchHit => ({
  app: '',
  address: '',
  segment: null,
  enabled: null,
  ...own,
});

/** As the server does it, over the fixtures. */
export function search(text: string, size: number): SearchResult {
  const word = text.toLowerCase();
  const fits = (...names: readonly string[]): boolean => names.some((name) => name.toLowerCase().includes(word));
  const found: Readonly<Record<string, readonly SearchHit[]>> = {
    service: services
      .filter(({ serviceId }) => fits(serviceId))
      .map(({ serviceId, app }) => hit({ kind: 'service', id: serviceId, title: serviceId, app })),
    app: [...new Set(sidecars.map(({ app }) => app))]
      .filter((app) => fits(app))
      .map((app) => hit({ kind: 'app', id: app, title: app, app })),
    proxy: sidecars
      .filter(({ name, podIp }) => fits(name, podIp))
      .map(({ proxyId, name, app, podIp, connected }) =>
        hit({ kind: 'proxy', id: proxyId, title: name, app, address: `${podIp}:9080`, enabled: connected }),
      ),
    rule: rules
      .filter(({ name }) => fits(name))
      .map(({ ruleDbId, name, app, enabled }) =>
        hit({ kind: 'rule', id: String(ruleDbId), title: name, app, segment: 'limit', enabled }),
      ),
    trace: /^[0-9a-f]{16,}$/i.test(text) ? [hit({ kind: 'trace', id: text, title: text })] : [],
  };
  const kinds = ['service', 'app', 'proxy', 'rule', 'trace'] as const;
  return {
    items: kinds.flatMap((kind) => (found[kind] ?? []).slice(0, size)),
    totals: kinds.map((kind) => ({ kind, total: found[kind]?.length ?? 0 })),
    hidden: [],
  };
}
