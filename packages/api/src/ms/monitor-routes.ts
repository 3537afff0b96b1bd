import { Type } from 'typebox';
import {
  OneOf,
  PAGING,
  Params,
  pageOf,
  Query,
  QueryInteger,
  QueryText,
  RANGE,
  type RouteTable,
  STEP,
} from '../contract/index.ts';
import * as o from './monitor.ts';

const detail = Params({
  id: Type.String({ minLength: 1, maxLength: 1024, description: 'id in the topology, percent-encoded' }),
});

export const monitorRoutes = {
  getTopology: {
    method: 'GET',
    path: '/monitor/topology',
    summary: 'Who calls whom; the last 15 minutes when no range is given, 7 days at most',
    access: 'mesh:monitor:read',
    query: Query({
      ...RANGE,
      groupBy: Type.Optional(OneOf(['app', 'version', 'zone'], 'what a node is; app when not given')),
      focus: QueryText('id of a node to keep'),
      depth: QueryInteger(1, 16, 'calls away from the focus', 1),
    }),
    status: 200,
    reply: o.Topology,
  },
  getTopologyNode: {
    method: 'GET',
    path: '/monitor/topology/nodes/{id}',
    summary: 'One node',
    access: 'mesh:monitor:read',
    params: detail,
    query: Query({ ...RANGE, ...STEP }),
    status: 200,
    reply: o.TopologyNodeDetail,
  },
  getTopologyEdge: {
    method: 'GET',
    path: '/monitor/topology/edges/{id}',
    summary: 'One edge',
    access: 'mesh:monitor:read',
    params: detail,
    query: Query({ ...RANGE, ...STEP }),
    status: 200,
    reply: o.TopologyEdgeDetail,
  },
  listChanges: {
    method: 'GET',
    path: '/changes',
    summary: 'Changes, newest first',
    access: 'mesh:rule-limit:read',
    query: Query({
      kind: Type.Optional(OneOf(['rule', 'sidecar', 'service', 'config'], 'kind')),
      object: QueryText('part of the object'),
      ...RANGE,
      ...PAGING,
    }),
    status: 200,
    reply: pageOf(o.Change),
  },
  getChange: {
    method: 'GET',
    path: '/changes/{changeId}',
    summary: 'One change with every hop: stored, written, pushed, acknowledged',
    access: 'mesh:rule-limit:read',
    params: Params({
      changeId: Type.String({ minLength: 1, maxLength: 64, description: 'from the header X-Weft-Change-Id' }),
    }),
    status: 200,
    reply: o.ChangeDetail,
  },
  rollbackChanges: {
    method: 'POST',
    path: '/changes:rollback',
    summary:
      'Make every rule that these changes have touched what it was before them, all or none: content and switch; rules that they made are deleted, rules that they deleted come back',
    access: 'session',
    body: o.RollbackChangesBody,
    status: 200,
    reply: o.RolledBackChanges,
  },
  watchEvents: {
    method: 'GET',
    path: '/events',
    summary: 'Server-sent events; `Last-Event-ID` continues',
    access: 'mesh:service:read',
    query: Query({
      topics: Type.Optional(
        Type.String({
          pattern: '^(rules|services|sidecars|pushes|topology)(,(rules|services|sidecars|pushes|topology))*$',
          description: 'topics, separated by comma; all when not given',
        }),
      ),
    }),
    status: 200,
    reply: Type.Unknown({ description: 'event: topic, id: number, data: JSON' }),
    replyType: 'events',
  },
} as const satisfies RouteTable;
