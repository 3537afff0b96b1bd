import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf, Query, QueryInteger, QueryText, type RouteTable } from '../contract/index.ts';

const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;
const RULE = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

/** A circuit breaker of one proxy. */
export const Breaker = Type.Object({
  proxyId: Type.String(),
  app: Type.String(),
  ip: Type.String(),
  ruleDbId: Type.Integer(),
  name: Type.String({ description: 'of the rule' }),
  resource: Type.String({ description: 'service, method and direction, as logs have it' }),
  mode: OneOf(['CONTROL', 'OBSERVE'], 'of the rule; with OBSERVE it refuses nothing'),
  state: OneOf(BREAKER_STATES, 'OPEN refuses, HALF_OPEN sends probes'),
  until: Nullable(Instant('when an open one sends a probe')),
  window: Type.Record(Type.String(), Type.Number(), { description: 'what it has counted' }),
});
export type Breaker = Static<typeof Breaker>;

/** A proxy that did not say. */
export const SilentProxy = Type.Object({
  proxyId: Type.String(),
  app: Type.String(),
  ip: Type.String(),
  reason: Type.String(),
});

/** Circuit breakers as the proxies have them now. */
export const breakerRoutes = {
  listBreakers: {
    method: 'GET',
    path: '/rules/fuse/breakers',
    summary: 'Circuit breakers of connected proxies as they stand; at most 500 proxies are asked',
    access: 'mesh:rule-fuse:read',
    query: Query({
      ruleDbId: QueryInteger(RULE.minimum, RULE.maximum, 'of this rule; of all that are on when not given'),
      app: QueryText('of rules of this app', 128),
      state: Type.Optional(OneOf(BREAKER_STATES, 'in this state')),
    }),
    status: 200,
    reply: Type.Object({
      items: Type.Array(Breaker),
      asked: Type.Integer({ description: 'proxies that were asked' }),
      silent: Type.Array(SilentProxy, { description: 'proxies that did not answer, and why' }),
    }),
  },
  resetBreakers: {
    method: 'POST',
    path: '/rules/fuse/breakers:reset',
    summary: 'Close circuit breakers of a rule, at every connected proxy or at one',
    access: 'mesh:rule-fuse:publish',
    body: Body({
      ruleDbId: Type.Integer({ ...RULE, description: 'of this rule' }),
      resource: Type.Optional(Type.String({ maxLength: 2048, description: 'only this resource' })),
      proxyId: Type.Optional(Type.String({ maxLength: 64, description: 'only at this proxy' })),
      comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
    }),
    status: 200,
    reply: Type.Object({
      items: Type.Array(Breaker, { description: 'breakers that were not closed before' }),
      asked: Type.Integer({ description: 'proxies that were asked' }),
      silent: Type.Array(SilentProxy, { description: 'proxies that did not answer, and why' }),
    }),
  },
} as const satisfies RouteTable;
