import { type Static, Type } from 'typebox';
import { Body, Instant, OneOf, Query, QueryInteger, QueryText, type RouteTable } from '../contract/index.ts';
import { SilentProxy } from './breaker-routes.ts';

const RULE = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

/** An instance that is left out, or taken back by degrees: by the proxy of a caller, or by all callers as its own proxy asks. */
export const IsolatedInstance = Type.Object({
  proxyId: Type.String({ description: 'of the caller that leaves it out; with SERVER of the instance' }),
  app: Type.String({ description: 'of that proxy' }),
  ip: Type.String({ description: 'of that proxy' }),
  ruleDbId: Type.Integer(),
  name: Type.String({ description: 'of the rule' }),
  direction: OneOf(['CLIENT', 'SERVER'], 'CLIENT: this caller leaves it out; SERVER: all callers do'),
  mode: OneOf(['CONTROL', 'OBSERVE'], 'of the rule; with OBSERVE it would be left out'),
  host: Type.String({ description: 'ip:port of the instance; empty while it is not registered' }),
  service: Type.String({ description: 'dataId of its service' }),
  state: OneOf(
    ['ISOLATED', 'RECOVERING', 'ASKING'],
    'RECOVERING gets a growing share of the calls; ASKING (SERVER) is to be left out and is not, yet or at all',
  ),
  reason: Type.String({ description: 'why an instance that asks is not left out; empty when it has not been said' }),
  since: Instant('when it was left out, began to recover, or began to ask'),
  until: Instant('when it comes back, has its whole share, or asks no more unless it goes on to fail'),
  calls: Type.Integer({ description: 'that it was judged by' }),
  exceptions: Type.Integer({ description: 'of these that failed' }),
  rate: Type.Number({ description: 'per cent' }),
});
export type IsolatedInstance = Static<typeof IsolatedInstance>;

const Answer = Type.Object({
  items: Type.Array(IsolatedInstance),
  asked: Type.Integer({ description: 'proxies that were asked' }),
  silent: Type.Array(SilentProxy, { description: 'proxies that did not answer, and why' }),
});

/** Isolated instances as the proxies have them now. */
export const isolationRoutes = {
  listIsolated: {
    method: 'GET',
    path: '/rules/isolate/instances',
    summary: 'Instances that are left out, as connected proxies say; at most 500 proxies are asked',
    access: 'mesh:rule-isolate:read',
    query: Query({
      ruleDbId: QueryInteger(RULE.minimum, RULE.maximum, 'of this rule; of all that are on when not given'),
      app: QueryText('of rules of this app', 128),
    }),
    status: 200,
    reply: Answer,
  },
  releaseIsolated: {
    method: 'POST',
    path: '/rules/isolate/instances:release',
    summary: 'Let isolated instances of a rule come back, at every connected proxy or at one',
    access: 'mesh:rule-isolate:publish',
    body: Body({
      ruleDbId: Type.Integer({ ...RULE, description: 'of this rule' }),
      host: Type.Optional(Type.String({ maxLength: 256, description: 'only this instance, ip:port' })),
      proxyId: Type.Optional(Type.String({ maxLength: 64, description: 'only at this proxy' })),
      comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
    }),
    status: 200,
    reply: Answer,
  },
} as const satisfies RouteTable;
