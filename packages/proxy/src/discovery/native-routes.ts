import { APP_CHECK_DEFAULTS, type AppCheckSpec } from './app-check.ts';
import type { Discovery } from './discovery.ts';
import { addressOf } from './guard.ts';
import type { PublishRequest } from './publications.ts';
import { BodyReader } from './read-body.ts';
import { DiscoveryRefusal } from './refusal.ts';
import { SCOPES, type Subscription } from './subscriptions.ts';

export interface Call {
  readonly discovery: Discovery;
  readonly dataId: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export type Answer = { readonly status: number; readonly body?: unknown } | { readonly watch: string | null };

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** The first group is the dataId. */
  readonly path: RegExp;
  handle(call: Call): Answer | Promise<Answer>;
}

/** The registry of Weft's own control plane; others are not spoken. */
const OWN_REGISTRY = 'weft';

const PUBLICATION = /^\/v1\/discovery\/publications\/([^/]+)$/;
const SUBSCRIPTION = /^\/v1\/discovery\/subscriptions\/([^/]+)$/;

/** Weft's own API, for every language that speaks HTTP. */
export const nativeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/v1\/discovery\/publications$/,
    handle: ({ discovery }) => ({ status: 200, body: { items: discovery.publications() } }),
  },
  {
    method: 'PUT',
    path: PUBLICATION,
    handle: async ({ discovery, dataId, body }) => {
      const request = readPublication(dataId, discovery.instanceId, body);
      if (request.healthCheck !== undefined) await discovery.checkHealthCheck(request.healthCheck);
      const fresh = discovery.publish(request);
      return { status: fresh ? 201 : 200, body: { dataId } };
    },
  },
  {
    method: 'DELETE',
    path: PUBLICATION,
    handle: ({ discovery, dataId, query }) => {
      if (!discovery.unpublish(dataId, query.get('group') ?? undefined))
        throw new DiscoveryRefusal(404, `${dataId} is not published`);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/discovery\/subscriptions$/,
    handle: ({ discovery }) => ({ status: 200, body: { items: discovery.subscriptions().map(summary) } }),
  },
  {
    method: 'PUT',
    path: SUBSCRIPTION,
    handle: async ({ discovery, dataId, body }) => {
      const fields = new BodyReader(body).allow(['protocol', 'group', 'scope', 'registries', 'expose']);
      const scope = fields.oneOf('scope', SCOPES);
      fields.only('registries', [OWN_REGISTRY]);
      const protocol = fields.requiredText('protocol');
      const group = fields.text('group');
      const egress = await discovery.openEgress(protocol);
      const subscription = discovery.subscribe(dataId, protocol, group, fields.exposures('expose'), scope);
      // Whoever has the answer may call: there is a route by then, and calls wait there for the first hosts.
      await discovery.placed();
      const expose = await Promise.all(
        subscription.expose.map(async (one) => ({ ...one, egress: await discovery.openEgress(one.protocol) })),
      );
      return {
        status: 200,
        body: {
          egress,
          ...(expose.length === 0 ? {} : { expose }),
          endpoints: subscription.list?.endpoints.length ?? 0,
          version: subscription.list?.version ?? 0,
        },
      };
    },
  },
  {
    method: 'GET',
    path: SUBSCRIPTION,
    handle: ({ discovery, dataId, query }) => {
      const subscription = discovery.subscription(dataId, query.get('group') ?? undefined);
      if (subscription === undefined) throw new DiscoveryRefusal(404, `${dataId} is not subscribed`);
      const raw =
        query.get('raw') === 'true'
          ? { list: (subscription.list?.endpoints ?? []).map((endpoint) => ({ ...endpoint, registry: OWN_REGISTRY })) }
          : {};
      return { status: 200, body: { ...summary(subscription), ...raw } };
    },
  },
  {
    method: 'DELETE',
    path: SUBSCRIPTION,
    handle: ({ discovery, dataId, query }) => {
      if (!discovery.unsubscribe(dataId, query.get('group') ?? undefined))
        throw new DiscoveryRefusal(404, `${dataId} is not subscribed`);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/discovery\/watch$/,
    handle: ({ query }) => ({ watch: query.get('dataId') }),
  },
];

function summary(subscription: Subscription): object {
  const { dataId, protocol, group, expose, scope, full, list, held } = subscription;
  const kept = held?.kept.length ?? 0;
  return {
    dataId,
    protocol,
    group,
    ...(expose.length === 0 ? {} : { expose }),
    scope,
    version: list?.version ?? 0,
    endpoints: list?.endpoints.length ?? 0,
    elsewhere: (full?.endpoints.length ?? 0) + kept - (list?.endpoints.length ?? 0),
    addresses: (list?.endpoints ?? []).slice(0, 100).map(addressOf),
    stale: list?.origin === 'snapshot',
    pending: list === null,
    held: held === null ? null : { kept },
  };
}

function readPublication(dataId: string, instanceId: string, body: unknown): PublishRequest {
  const fields = new BodyReader(body).allow([
    ...['protocol', 'appPort', 'group', 'instanceId', 'weight', 'metadata', 'registries', 'ttlSeconds', 'expose'],
    'healthCheck',
  ]);
  fields.only('instanceId', [instanceId]);
  fields.only('registries', [OWN_REGISTRY]);
  const group = fields.text('group');
  const appPort = fields.integer('appPort', 1, 65_535);
  const weight = fields.integer('weight', 0, 1000);
  const metadata = fields.texts('metadata');
  const ttlSeconds = fields.integer('ttlSeconds', 1, 86_400);
  const expose = fields.exposures('expose');
  const healthCheck = readHealthCheck(fields.object('healthCheck'));
  return {
    dataId,
    protocol: fields.requiredText('protocol'),
    ...(group === undefined ? {} : { group }),
    ...(appPort === undefined ? {} : { appPort }),
    ...(weight === undefined ? {} : { weight }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    ...(expose === undefined ? {} : { expose }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
  };
}

function readHealthCheck(fields: BodyReader | undefined): AppCheckSpec | undefined {
  if (fields === undefined) return undefined;
  try {
    fields.allow(['type', 'config', 'intervalMs', 'timeoutMs', 'fall', 'raise']);
    return {
      type: fields.requiredText('type'),
      config: fields.anyObject('config') ?? {},
      intervalMs: fields.integer('intervalMs', 100, 3_600_000) ?? APP_CHECK_DEFAULTS.intervalMs,
      timeoutMs: fields.integer('timeoutMs', 10, 60_000) ?? APP_CHECK_DEFAULTS.timeoutMs,
      fall: fields.integer('fall', 1, 100) ?? APP_CHECK_DEFAULTS.fall,
      raise: fields.integer('raise', 1, 100) ?? APP_CHECK_DEFAULTS.raise,
    };
  } catch (error) {
    if (!(error instanceof DiscoveryRefusal)) throw error;
    throw new DiscoveryRefusal(error.status, `healthCheck.${error.message}`);
  }
}
