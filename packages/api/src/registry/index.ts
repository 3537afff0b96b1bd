import { type Static, Type } from 'typebox';
import {
  Body,
  defineComponent,
  Instant,
  Nullable,
  OneOf,
  PAGING,
  pageOf,
  Query,
  QueryText,
} from '../contract/index.ts';

export const RegistryEntry = Type.Object({
  registId: Type.String(),
  dataInfoId: Type.String({ description: 'dataId#@#instanceId#@#group' }),
  dataId: Type.String(),
  instanceId: Type.String(),
  group: Type.String(),
  protocol: Type.String(),
  address: Type.String(),
  port: Type.Integer(),
  weight: Type.Integer(),
  enabled: Type.Boolean(),
  app: Type.String(),
  zone: Type.String(),
  dataCenter: Type.String(),
  proxyId: Type.String(),
  sessionId: Type.String(),
  metadata: Type.Record(Type.String(), Type.String()),
  version: Type.Integer(),
  registeredAt: Instant('registration'),
  leaseEndsAt: Nullable(Instant('end of the lease unless renewed')),
});
export type RegistryEntry = Static<typeof RegistryEntry>;

export const RegistryPush = Type.Object({
  state: OneOf(['open', 'closed'], 'closed: changes are kept and not pushed'),
  grayIps: Type.Array(Type.String(), { description: 'addresses that are pushed to although it is closed' }),
  since: Nullable(Instant('begin of this state')),
  operator: Type.String(),
  pending: Type.Integer({ description: 'dataIds that changed while closed' }),
});
export type RegistryPush = Static<typeof RegistryPush>;

/** Content of the registry and its push switch. */
export const registry = defineComponent('registry', 'Service registry', {
  dump: {
    method: 'GET',
    path: '/dump',
    summary: 'Publications in force',
    access: 'mesh:registry:read',
    query: Query({ dataId: QueryText('dataId, exact'), app: QueryText('app of the publisher', 128), ...PAGING }),
    status: 200,
    reply: pageOf(RegistryEntry),
  },
  getPush: {
    method: 'GET',
    path: '/push',
    summary: 'Whether changes are pushed',
    access: 'mesh:registry:read',
    status: 200,
    reply: RegistryPush,
  },
  openPush: {
    method: 'POST',
    path: '/push:open',
    summary: 'Push again; each subscriber gets the newest state once',
    access: 'osp:push:operate',
    status: 200,
    reply: RegistryPush,
  },
  closePush: {
    method: 'POST',
    path: '/push:close',
    summary: 'Keep changes and push nothing, for every tenant',
    access: 'osp:push:operate',
    body: Body({
      grayIps: Type.Optional(
        Type.Array(Type.String({ maxLength: 64 }), {
          maxItems: 1000,
          description: 'addresses that are pushed to all the same',
        }),
      ),
    }),
    status: 200,
    reply: RegistryPush,
  },
});
