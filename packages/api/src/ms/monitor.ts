import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf } from '../contract/index.ts';
import { Message } from '../messages/index.ts';
import { FieldChange } from './field-change.ts';
import { FIGURES } from './services.ts';

export const MARKS = [
  'limited',
  'observed',
  'fault',
  'breaker-open',
  'isolating',
  'rollout',
  'unhealthy',
  'rejected-push',
  'stale',
] as const;

export const TopologyNode = Type.Object({
  id: Type.String(),
  kind: OneOf(['app', 'db', 'cache', 'mq', 'external'], 'external: a caller without a proxy'),
  name: Type.String(),
  version: Type.String(),
  instances: Type.Integer(),
  ...FIGURES,
  marks: Type.Array(OneOf(MARKS, 'what is going on')),
});
export type TopologyNode = Static<typeof TopologyNode>;
/** What a rule of routing sends to one of its groups. */
const RouteShare = Type.Object({
  ruleDbId: Type.Integer(),
  name: Type.String(),
  group: Type.String({ description: 'labels of the instances, such as version=v3; * for all' }),
  percent: Type.Number({ description: 'of the requests that the rule is for' }),
});
export type RouteShare = Static<typeof RouteShare>;
export const TopologyEdge = Type.Object({
  id: Type.String(),
  source: Type.String(),
  target: Type.String(),
  service: Type.String({ description: 'dataId; the busiest when there are several' }),
  protocol: Type.String(),
  tls: Type.Boolean(),
  reportedBy: OneOf(['caller', 'callee'], 'callee: the caller has no proxy'),
  ...FIGURES,
  marks: Type.Array(OneOf(MARKS, 'what is going on')),
  routes: Type.Array(RouteShare, { description: 'what rules of routing that act at the caller send this way' }),
});
export type TopologyEdge = Static<typeof TopologyEdge>;
export const Topology = Type.Object({
  start: Instant('begin'),
  end: Instant('end'),
  coveredFrom: Instant('begin of what figures and rates cover: start, or the first report when that is later'),
  dataAgeMs: Nullable(Type.Integer({ description: 'age of the newest report; null without reports' })),
  nodes: Type.Array(TopologyNode),
  edges: Type.Array(TopologyEdge),
});
export type Topology = Static<typeof Topology>;

const statuses = Type.Array(
  Type.Object({
    class: Type.String({ description: 'result class, such as success, client_error, server_error, rejected' }),
    count: Type.Integer(),
  }),
);
const methods = Type.Array(Type.Object({ service: Type.String(), method: Type.String(), ...FIGURES }));
const seriesPoints = Type.Array(Type.Object({ at: Instant('begin of the point'), ...FIGURES }));

/** A rule that is for what is looked at. */
const RuleLine = Type.Object({
  ruleDbId: Type.Integer(),
  type: Type.String({ description: 'type of rules, such as LIMIT' }),
  name: Type.String(),
  mode: Type.String(),
  enabled: Type.Boolean(),
});

export const TopologyNodeDetail = Type.Object({
  node: TopologyNode,
  stepSeconds: Type.Integer(),
  points: seriesPoints,
  statuses,
  proxies: Type.Array(
    Type.Object({ proxyId: Type.String(), ip: Type.String(), state: Type.String(), rps: Type.Number() }),
  ),
  rules: Type.Array(RuleLine),
});
export const TopologyEdgeDetail = Type.Object({
  edge: TopologyEdge,
  stepSeconds: Type.Integer(),
  points: seriesPoints,
  statuses,
  methods,
  p90Ms: Nullable(Type.Number()),
  rules: Type.Array(RuleLine),
});

export const Change = Type.Object({
  changeId: Type.String(),
  at: Instant('when'),
  actor: Type.String(),
  kind: OneOf(['rule', 'sidecar', 'service', 'config'], 'kind of object'),
  object: Type.String(),
  operation: Type.String(),
  summary: Type.String(),
  result: Type.String(),
  resultMessage: Message,
});
export type Change = Static<typeof Change>;
export const ChangeDetail = Type.Object({
  ...Change.properties,
  hops: Type.Array(
    Type.Object({
      at: Instant('when'),
      step: Type.String({ description: 'stored, written, pushed, acked, rejected' }),
      where: Type.String(),
      detail: Type.String(),
    }),
  ),
});
export type ChangeDetail = Static<typeof ChangeDetail>;

export const RollbackChangesBody = Body({
  changeIds: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    minItems: 1,
    maxItems: 100,
    description: 'changes, in any order',
  }),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why; kept in the history of each rule' })),
  dryRun: Type.Optional(Type.Boolean({ description: 'only say what would be done' })),
});
export const RolledBackChanges = Type.Object({
  applied: Type.Boolean({ description: 'false for a dry run' }),
  items: Type.Array(
    Type.Object({
      type: Type.String({ description: 'word of the type, such as limit' }),
      ruleDbId: Type.Integer(),
      app: Type.String(),
      name: Type.String(),
      action: OneOf(
        ['replace', 'delete', 'restore'],
        'delete: the changes made the rule; restore: they deleted it; replace: any other',
      ),
      changes: Type.Array(FieldChange, { description: 'from what it is to what it becomes' }),
    }),
  ),
});
export type RolledBackChanges = Static<typeof RolledBackChanges>;
