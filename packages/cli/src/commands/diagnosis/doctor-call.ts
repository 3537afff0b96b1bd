import type { ApiClient, Provider, SidecarDetail, TraceHop } from '@weft/api';
import { allPages } from '../../mesh-api/all-pages.ts';
import type { Outcome } from '../../outcome.ts';
import { findProxies, nameOf } from '../mesh/find-proxy.ts';
import { nearServices } from '../mesh/near-services.ts';
import { hasCode } from '../rules/rule-types.ts';
import { type Finding, fail, ok, type Step, stepsOutcome, walkSteps, warn } from './findings.ts';
import { aboutLife, aboutProvider } from './why.ts';

export interface DoctorCallOptions {
  readonly client: string;
  readonly server: string;
  readonly service: string;
  readonly trace?: string;
}

/** Of the addresses, proxies and the like in one line. */
const SHOWN = 5;

/**
 * `weft doctor call`: every link of a call from one app to another, from the registry to the answer. The first that is
 * broken is the cause.
 */
export async function doctorCall(client: ApiClient, options: DoctorCallOptions): Promise<Outcome> {
  const { client: from, server: to, service, trace } = options;
  let providers: readonly Provider[] = [];
  let hops: readonly TraceHop[] = [];
  const steps: Step[] = [
    {
      name: `the registry has ${service} of ${to}`,
      async look() {
        const all = await providersOf(client, service);
        providers = (all ?? []).filter(({ app }) => app === to);
        if (providers.length > 0) return [ok(`${counted(providers.length, 'provider')}: ${addresses(providers)}`)];
        const others = [...new Set((all ?? []).map(({ app }) => app))];
        if (others.length > 0)
          return [
            fail(`${to} does not provide it; ${others.join(', ')} does`, `--server ${others[0]}, or compare the names`),
          ];
        const near = all === null ? await nearServices(client, service) : [];
        const publish = `its application publishes by PUT /v1/discovery/publications/${encodeURIComponent(service)} of its proxy; weft service list names the services`;
        return [
          fail(
            all === null ? `there is no service ${service}` : `nobody provides ${service}`,
            near.length > 0 ? `did you mean ${near.join(' or ')}?` : publish,
          ),
          // The steps behind this one are skipped: a second slip would come to light only after the first is mended.
          ...(await aboutUnknownApp(client, from)),
        ];
      },
    },
    {
      name: `its providers are well and get traffic`,
      look: () => aboutProviders(client, service, providers),
    },
    {
      name: `${from} subscribes to it`,
      look: () => aboutCallers(client, from, service),
    },
    ...(trace === undefined
      ? [{ name: 'calls of the last 15 minutes', look: () => aboutCalls(client, options) }]
      : [
          {
            name: `the proxy of ${from} sent the call`,
            async look() {
              const { hops: all, silent } = await client.ms.traceRequest({ params: { traceId: trace } });
              hops = all;
              const missing = silent.map(({ proxy, reason }) =>
                warn(`${proxy} did not answer: ${reason}`, `weft why ${proxy}`),
              );
              return [...missing, ...aboutHop(hops, from, 'CLIENT', service)];
            },
          },
          { name: `the proxy of ${to} got it`, look: () => aboutHop(hops, to, 'SERVER', service) },
          { name: 'the answer', look: () => aboutAnswer(hops, service) },
        ]),
  ];
  const name = `${from} → ${to}: ${service}${trace === undefined ? '' : `, trace ${trace}`}`;
  return stepsOutcome([await walkSteps(name, steps)]);
}

/** Null for a service that nobody has heard of. */
async function providersOf(client: ApiClient, serviceId: string): Promise<readonly Provider[] | null> {
  try {
    return await allPages((page) => client.ms.listProviders({ params: { serviceId }, query: page }));
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return null;
    throw error;
  }
}

/** One that gets traffic is enough for calls; the others are worth a look. */
async function aboutProviders(
  client: ApiClient,
  service: string,
  providers: readonly Provider[],
): Promise<readonly Finding[]> {
  const findings = providers.map((provider) => aboutProvider(service, provider));
  for (const proxyId of new Set(providers.filter(({ meshed }) => meshed).map((provider) => provider.proxyId))) {
    const detail = await sidecarOf(client, proxyId);
    if (detail === null) continue;
    const ill = aboutLife(detail).filter(({ result }) => result !== 'ok');
    findings.push(...ill.map(({ what, advice }) => warn(`${nameOf(detail)} (${detail.podIp}): ${what}`, advice)));
  }
  if (findings.some(({ result }) => result === 'ok')) return findings;
  return findings.map(({ what, advice }) => fail(what, advice));
}

async function sidecarOf(client: ApiClient, proxyId: string): Promise<SidecarDetail | null> {
  try {
    return await client.ms.getSidecar({ params: { proxyId } });
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return null;
    throw error;
  }
}

async function aboutCallers(client: ApiClient, app: string, service: string): Promise<readonly Finding[]> {
  const proxies = (await findProxies(client, app)).filter((proxy) => proxy.app === app);
  if (proxies.length === 0) return aboutUnknownApp(client, app);
  const subscribe = `its application subscribes by PUT /v1/discovery/subscriptions/${encodeURIComponent(service)} of its proxy`;
  const findings: Finding[] = [];
  for (const { proxyId } of proxies) {
    const detail = await sidecarOf(client, proxyId);
    if (detail === null) continue;
    const name = `${nameOf(detail)} (${detail.podIp})`;
    const endpoints = detail.subscriptions.find(({ dataId }) => dataId === service)?.endpoints;
    if (!detail.connected) findings.push(...aboutLife(detail).map((one) => ({ ...one, what: `${name}: ${one.what}` })));
    else if (endpoints === undefined) findings.push(fail(`${name} does not subscribe to it`, subscribe));
    else if (endpoints === 0)
      findings.push(
        fail(`${name} subscribes to it, and finds no endpoint`, `weft why '${service}' looks at its providers`),
      );
    else findings.push(ok(`${name} finds ${counted(endpoints, 'endpoint')}`));
  }
  // Some of its instances may be of an older version that does not call it.
  if (findings.some(({ result }) => result === 'ok'))
    return findings.map((one) => (one.result === 'fail' ? warn(one.what, one.advice) : one));
  return findings;
}

/** Nothing where a proxy of this app was seen. */
async function aboutUnknownApp(client: ApiClient, app: string): Promise<readonly Finding[]> {
  const apps = (await allPages((page) => client.ms.listSidecars({ query: page }))).map((proxy) => proxy.app);
  if (apps.includes(app)) return [];
  const { nearestName } = await import('@weft/schema');
  const near = nearestName(app, new Set(apps));
  return [
    fail(
      `no proxy of an app ${app} is known here`,
      `${near === undefined ? '' : `did you mean ${near}? `}compare the name with --app of its proxy, or start the proxy`,
    ),
  ];
}

/** What the proxies counted, where no single call is asked for. */
async function aboutCalls(client: ApiClient, { client: from, server: to, service }: DoctorCallOptions) {
  const { nodes, edges } = await client.ms.getTopology({ query: {} });
  const appOf = new Map(nodes.map(({ id, name }) => [id, name]));
  const edge = edges.find((one) => appOf.get(one.source) === from && appOf.get(one.target) === to);
  if (edge === undefined || edge.requests + edge.rejected === 0)
    return [
      fail(
        `no call from ${from} to ${to} went through a proxy`,
        `does ${from} call the egress listener of its proxy? weft explain --proxy ${from} --request … says where a request would go`,
      ),
    ];
  const { statuses, methods } = await client.ms.getTopologyEdge({ params: { id: edge.id }, query: {} });
  const mine = methods.filter((method) => method.service === service);
  if (edge.service !== service && mine.length === 0)
    return [
      fail(`${from} calls ${to}, and not ${service}`, 'compare the service that the application calls with this one'),
    ];
  const shown = statuses
    .filter(({ count }) => count > 0)
    .map(({ class: name, count }) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ');
  const good = statuses.find(({ class: name }) => name === 'success')?.count ?? 0;
  const advice =
    'weft explain --recent lists those that rules refused, --trace one of them; the log of the proxy has the others';
  if (good === 0) return [fail(`none came to an answer: ${shown}`, advice)];
  const total = statuses.reduce((sum, { count }) => sum + count, 0);
  const parts = statuses
    .filter(({ class: name, count }) => name !== 'success' && count > 0)
    .map(
      ({ class: name, count }) => `${share(count, total)} ${name === 'rejected' ? 'were refused by rules' : 'failed'}`,
    );
  if (parts.length === 0) return [ok(shown)];
  return [warn(`${parts.join(', ')}: ${shown}`, advice)];
}

function aboutHop(
  hops: readonly TraceHop[],
  app: string,
  direction: TraceHop['direction'],
  service: string,
): readonly Finding[] {
  const mine = hops.filter((hop) => hop.app === app && hop.direction === direction && hop.service === service);
  if (mine.length === 0)
    return [
      fail(
        `no proxy of ${app} remembers it`,
        direction === 'CLIENT'
          ? 'the application did not call through its proxy, or the proxy did not keep this request in its sample (governance.record)'
          : 'it did not arrive: the log of the proxy that sent it says why; or it was not kept in the sample (governance.record)',
      ),
    ];
  return mine.map((hop) => {
    const to = hop.host === '' ? '' : `, asked ${hop.host}`;
    const what = `${hop.proxy} at ${hop.at}${to}`;
    return hop.verdict === 'reject' ? refused(hop, what) : ok(what);
  });
}

const refused = (hop: TraceHop, what: string): Finding =>
  fail(
    `${what}: refused by ${hop.refusedBy} rule ${hop.ruleDbId}`,
    `weft rule show ${hop.ruleDbId} --type ${hop.refusedBy}`,
  );

/** As the first hop got it. */
function aboutAnswer(hops: readonly TraceHop[], service: string): readonly Finding[] {
  return hops
    .filter((hop) => hop.service === service && hop.direction === 'CLIENT')
    .map((hop) => {
      const duration = hop.durationMs === null ? '' : ` after ${hop.durationMs} ms`;
      if (hop.status === 0) return warn('there is no answer yet', 'ask again');
      const what = `${hop.status}${duration}${hop.detail === '' ? '' : `: ${hop.detail}`}`;
      return hop.status < 400
        ? ok(what)
        : fail(what, `weft explain --trace ${hop.traceId} shows every rule on its way`);
    });
}

/** At least a tenth of a percent, as none would be said of what is none. */
const share = (part: number, whole: number): string => `${Math.max(0.1, Math.round((1000 * part) / whole) / 10)} %`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const addresses = (providers: readonly Provider[]): string =>
  providers
    .slice(0, SHOWN)
    .map(({ address }) => address)
    .join(', ') + (providers.length > SHOWN ? ' …' : '');
