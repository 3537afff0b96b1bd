import { Type } from 'typebox';
import {
  Body,
  OneOf,
  PAGING,
  Params,
  pageOf,
  Query,
  QueryFlag,
  QueryText,
  type RouteTable,
} from '../contract/index.ts';
import { BatchResult } from './services.ts';
import * as o from './sidecars.ts';

const PROXY_ID = { proxyId: Type.String({ minLength: 1, maxLength: 64, description: 'id of the proxy' }) };

export const sidecarRoutes = {
  listSidecars: {
    method: 'GET',
    path: '/sidecars',
    summary: 'Proxies',
    access: 'mesh:sidecar:read',
    query: Query({
      keyword: QueryText('part of name, app, address or host'),
      app: QueryText('app, exact', 128),
      version: QueryText('version of Weft', 64),
      zone: QueryText('zone', 64),
      state: Type.Optional(OneOf(o.SIDECAR_STATES, 'state')),
      healthy: QueryFlag('healthy or not'),
      ...PAGING,
    }),
    status: 200,
    reply: pageOf(o.Sidecar),
  },
  getSidecar: {
    method: 'GET',
    path: '/sidecars/{proxyId}',
    summary: 'One proxy',
    access: 'mesh:sidecar:read',
    params: Params(PROXY_ID),
    status: 200,
    reply: o.SidecarDetail,
  },
  getSidecarAdmin: {
    method: 'GET',
    path: '/sidecars/{proxyId}/admin/{path...}',
    summary:
      'What the admin interface of a proxy answers, such as api/v1/health or api/v1/config_dump; only paths that read',
    access: 'mesh:sidecar:read',
    params: Params({
      ...PROXY_ID,
      path: Type.String({ minLength: 1, maxLength: 512, description: 'path below the admin interface' }),
    }),
    query: Type.Object({}, { additionalProperties: { type: 'string' } }),
    status: 200,
    reply: Type.Unknown({ description: 'as the proxy answered, with its content type' }),
    replyType: 'raw',
  },
  setSidecarLogLevel: {
    method: 'POST',
    path: '/sidecars:loglevel',
    summary:
      'Set the level of a log at proxies for a time; each falls back by itself, also when the proxy starts again, and says how it went',
    access: 'mesh:sidecar:operate',
    body: Body({
      proxyIds: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 100,
        description: 'ids of the proxies',
      }),
      log: Type.String({
        maxLength: 1024,
        description:
          'path of the log as `api/v1/get_loglevel` of the proxy has it, or only its file name; * for all, empty for the own log of a proxy that writes it to no file',
      }),
      level: OneOf(o.LOG_LEVELS, 'new level'),
      minutes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1440, description: 'until it falls back; 10 when not given' }),
      ),
      comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
    }),
    status: 200,
    reply: BatchResult,
  },
  listRefusedConnections: {
    method: 'GET',
    path: '/refused-connections',
    summary:
      'Whose connections this control plane refused for their key since it started: of keys of this workspace; whoever administers the platform sees those of no key at all, too',
    access: 'mesh:sidecar:read',
    query: Query(PAGING),
    status: 200,
    reply: pageOf(o.RefusedConnection),
  },
  explain: {
    method: 'POST',
    path: '/explain',
    summary: 'What a proxy would do with a request, step by step; nothing is sent',
    access: 'mesh:sidecar:read',
    body: o.ExplainBody,
    status: 200,
    reply: o.ExplainResult,
    readOnly: true,
  },
} as const satisfies RouteTable;
