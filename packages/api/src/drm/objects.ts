import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf, QueryText, TextMap } from '../contract/index.ts';

export const DataId = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'dataId, as in a URL query percent-encoded',
});
const zone = QueryText('zone; DEFAULT_ZONE when not given', 64);

export const DrmKey = { dataId: DataId, zone };

export const DrmResource = Type.Object({
  dataId: Type.String(),
  zone: Type.String(),
  version: Type.Integer({ description: 'of the value; strictly increasing' }),
  sha256: Type.String(),
  bytes: Type.Integer(),
  owner: Type.String({ description: 'feature that writes it; empty for values of users' }),
  app: Type.String({ description: 'app in the dataId; empty when it names none' }),
  operator: Type.String(),
  comment: Type.String(),
  modifiedAt: Instant('last change'),
});
export type DrmResource = Static<typeof DrmResource>;
export const DrmValue = Type.Object({ ...DrmResource.properties, value: Type.String() });
export type DrmValue = Static<typeof DrmValue>;

export const PutValueBody = Body({
  dataId: DataId,
  zone,
  value: Type.String({ maxLength: 1_048_576, description: 'value, UTF-8 text of at most 1 MiB' }),
  baseVersion: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'version that the change builds on; 0 for a new dataId',
  }),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
});
export const RollbackValueBody = Body({
  dataId: DataId,
  zone,
  to: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'version whose value becomes the next version',
  }),
  baseVersion: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'current version; not checked when not given',
    }),
  ),
});

export const DrmClientState = Type.Object({
  proxyId: Type.String(),
  app: Type.String(),
  ip: Type.String(),
  version: Type.Integer({ description: 'version acknowledged last; 0 for none' }),
  sentVersion: Type.Integer({ description: 'version sent last; 0 for none' }),
  expected: Type.Integer({ description: 'version that is meant for it' }),
  result: OneOf(['APPLIED', 'REJECTED', 'PENDING'], 'state of the newest version'),
  reason: Type.String({ description: 'why it was rejected' }),
  at: Nullable(Instant('last answer')),
  elapsedMs: Nullable(Type.Number({ description: 'from sent to answered' })),
});
export type DrmClientState = Static<typeof DrmClientState>;

export const DrmStatus = Type.Object({
  dataId: Type.String(),
  formal: Type.Integer({ description: 'current version' }),
  gray: Nullable(Type.Integer()),
  subscribers: Type.Integer(),
  applied: Type.Integer(),
  rejected: Type.Integer(),
  stale: Type.Integer({ description: 'connected and neither applied nor rejected yet' }),
  clients: Type.Array(DrmClientState),
});
export type DrmStatus = Static<typeof DrmStatus>;

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 256, description }));
/** Which proxies get a gray value: all parts that are given must fit. */
const selectorFields = {
  clusters: names('clusters'),
  zones: names('zones'),
  dataCenters: names('data centres'),
  apps: names('apps'),
  ips: names('addresses'),
  labels: Type.Optional(TextMap('labels', 256)),
  percent: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'share of them, by a hash of address and app; 100 when not given',
    }),
  ),
};
export const GraySelector = Type.Object(selectorFields, {
  additionalProperties: false,
  'x-weft-strict': true,
  description: 'which proxies get the value',
});
export type GraySelector = Static<typeof GraySelector>;
export const StartGrayBody = Body({
  dataId: DataId,
  zone,
  value: Type.String({ maxLength: 1_048_576, description: 'value, UTF-8 text of at most 1 MiB' }),
  selector: GraySelector,
  baseVersion: Type.Optional(
    Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'version that the change builds on' }),
  ),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
});
export const GrayBody = Body({ dataId: DataId, zone });
export const ExpandGrayBody = Body({ dataId: DataId, zone, selector: GraySelector });
export const DrmGray = Type.Object({
  dataId: Type.String(),
  zone: Type.String(),
  formal: Type.Integer({ description: 'version that the others have' }),
  version: Type.Integer({ description: 'gray version' }),
  selector: GraySelector,
  selected: Type.Integer({ description: 'connected proxies that are selected' }),
  applied: Type.Integer({ description: 'of them those that have it' }),
  subscribers: Type.Integer({ description: 'connected proxies in all' }),
  operator: Type.String(),
  comment: Type.String(),
  modifiedAt: Instant('last change'),
});
export type DrmGray = Static<typeof DrmGray>;

export const ParsedDataId = Type.Object({
  dataId: Type.String(),
  domain: Type.String(),
  class: Type.String(),
  attribute: Type.String(),
  app: Type.String({ description: 'empty when it names none' }),
  service: Type.String({ description: 'empty when it names none' }),
});

/** Pushing of values that is stopped. */
export const Freeze = Type.Object({
  frozen: Type.Boolean(),
  scope: Nullable(
    OneOf(['platform', 'workspace'], 'whose pushes: all of them, or those to the proxies of the workspace'),
  ),
  since: Nullable(Instant('begin')),
  until: Nullable(Instant('end')),
  reason: Type.String(),
  operator: Type.String(),
});
export type Freeze = Static<typeof Freeze>;
export const FreezeBody = Body({
  until: Instant('end of the freeze, at most 30 days ahead'),
  reason: Type.String({ minLength: 1, maxLength: 512, description: 'why' }),
});
export type FreezeBody = Static<typeof FreezeBody>;

/** Legacy attribute query. */
export const AttributeQueryBody = Body({
  appName: Type.String({ minLength: 1, maxLength: 128, description: 'app' }),
  dataId: Type.Optional(DataId),
});
