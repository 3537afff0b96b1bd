import { Type } from 'typebox';
import { OneOf, PAGING, Params, pageOf, Query, QueryFlag, QueryText, type RouteTable } from '../contract/index.ts';
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
