import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf } from '../contract/index.ts';

/** Figures of a range of time; rates per second, times in ms, ratio in percent. */
export const FIGURES = {
  requests: Type.Integer({ description: 'requests in the range' }),
  rps: Type.Number({ description: 'requests per second' }),
  rtMs: Type.Number({ description: 'mean response time, ms' }),
  p50Ms: Nullable(Type.Number({ description: 'median response time, ms; null without histogram' })),
  p99Ms: Nullable(Type.Number({ description: '99th percentile, ms; null without histogram' })),
  errorRatio: Type.Number({ description: 'percent of requests that failed' }),
  rejected: Type.Integer({ description: 'requests that a rule refused' }),
};

export const Service = Type.Object({
  serviceId: Type.String({ description: 'dataId' }),
  type: Type.String({ description: 'SOFA, DUBBO, SPRING_CLOUD, HTTP, GRPC' }),
  app: Type.String({ description: 'app that provides it; several are joined by comma' }),
  providerCount: Type.Integer(),
  consumerCount: Type.Integer(),
  enabledCount: Type.Integer({ description: 'providers that get traffic' }),
  protocol: Type.String(),
  mesh: OneOf(['all', 'some', 'none'], 'providers behind a proxy'),
  ruleCount: Type.Integer(),
});
export type Service = Static<typeof Service>;
export const ServiceDetail = Type.Object({
  ...Service.properties,
  groups: Type.Array(Type.String()),
  zones: Type.Array(Type.String()),
  protectThreshold: Type.Object({
    percent: Type.Integer({ description: 'of healthy providers, below which callers ignore health; 0: never' }),
    active: Type.Boolean(),
    reason: Type.String(),
  }),
  catalogueAgeMs: Type.Integer({ description: 'age of this picture of the registry' }),
});
export type ServiceDetail = Static<typeof ServiceDetail>;

export const ServiceSettingsBody = Body({
  protectThreshold: Type.Integer({
    minimum: 0,
    maximum: 100,
    description:
      'percent of healthy providers below which callers ignore health and ask all of them; 0: never, 50 unless set',
  }),
});

export const PROVIDER_STATES = ['Enabled', 'Disabled', 'Unhealthy', 'Isolated', 'Draining'] as const;
export const Provider = Type.Object({
  address: Type.String({ description: 'ip:port' }),
  ip: Type.String(),
  port: Type.Integer(),
  app: Type.String(),
  meshed: Type.Boolean(),
  clusterType: OneOf(['container', 'vm'], 'where it runs'),
  protocol: Type.String(),
  appVersion: Type.String(),
  weight: Type.Integer({ description: 'weight in force' }),
  publishedWeight: Type.Integer({ description: 'weight that the provider published' }),
  state: OneOf(PROVIDER_STATES, 'state'),
  stateBy: Type.String({ description: 'who disabled it; of an isolated one, the rule' }),
  stateAt: Nullable(Instant('when it was disabled, or isolated')),
  zone: Type.String(),
  proxyId: Type.String(),
  group: Type.String(),
  metadata: Type.Record(Type.String(), Type.String()),
  registeredAt: Instant('registration'),
  rps: Type.Number(),
});
export type Provider = Static<typeof Provider>;
export const Consumer = Type.Object({
  ip: Type.String(),
  app: Type.String(),
  proxyId: Type.String(),
  zone: Type.String(),
  lastCallAt: Nullable(Instant('last call')),
});
export type Consumer = Static<typeof Consumer>;
export const ServiceMethod = Type.Object({
  method: Type.String(),
  source: OneOf(['metadata', 'traffic'], 'where it is known from'),
  lastCallAt: Nullable(Instant('last call')),
});

export const ProviderUpdateBody = Body({
  addresses: Type.Array(Type.String({ minLength: 3, maxLength: 128 }), {
    minItems: 1,
    maxItems: 500,
    description: 'ip:port of the providers',
  }),
  enabled: Type.Optional(Type.Boolean({ description: 'false takes them out of traffic' })),
  weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'new weight, 0 to 1000' })),
  force: Type.Optional(Type.Boolean({ description: 'also the last enabled provider' })),
});
export const ItemResult = Type.Object({
  id: Type.String(),
  ok: Type.Boolean(),
  code: Type.String(),
  message: Type.String(),
});
export type ItemResult = Static<typeof ItemResult>;
export const BatchResult = Type.Object({ items: Type.Array(ItemResult) });

export const SeriesPoint = Type.Object({ at: Instant('begin of the point'), ...FIGURES, errors: Type.Integer() });
export const Series = Type.Object({
  start: Instant('begin'),
  end: Instant('end'),
  stepSeconds: Type.Integer(),
  points: Type.Array(SeriesPoint),
  dataAgeMs: Nullable(Type.Integer({ description: 'age of the newest report; null without reports' })),
});
export type Series = Static<typeof Series>;
