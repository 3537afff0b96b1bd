import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, Query, QueryText, type RouteTable } from '../contract/index.ts';
import { Message } from '../messages/index.ts';

/** The lists of one service of an app; `*` is the whole app. */
export const AuthLists = Type.Object({
  app: Type.String(),
  service: Type.String({ description: 'dataId; * for the lists of the whole app' }),
  whiteListEnabled: Type.Boolean(),
  blackListEnabled: Type.Boolean(),
  whiteListRules: Type.Integer({ description: 'rules of the whitelist that are on' }),
  blackListRules: Type.Integer({ description: 'rules of the blacklist that are on' }),
  modifiedBy: Type.String({ description: 'empty while nobody has switched them' }),
  modifiedAt: Nullable(Instant('last switch')),
  warnings: Type.Array(Type.String()),
  warningMessages: Type.Array(Message),
});
export type AuthLists = Static<typeof AuthLists>;

/** The switches of the lists of authorization rules. */
export const authListRoutes = {
  listAuthLists: {
    method: 'GET',
    path: '/rules/auth/lists',
    summary: 'Switches of whitelists and blacklists; a rule acts when it is on and its list is',
    access: 'mesh:rule-auth:read',
    query: Query({ app: QueryText('app, exact', 128) }),
    status: 200,
    reply: Type.Object({ items: Type.Array(AuthLists) }),
  },
  switchAuthLists: {
    method: 'PUT',
    path: '/rules/auth/lists',
    summary: 'Switch a whitelist or blacklist on or off; acts at once',
    access: 'mesh:rule-auth:publish',
    body: Body({
      app: Type.String({ minLength: 1, maxLength: 128, description: 'app, or * for the rules of every app' }),
      service: Type.String({ minLength: 1, maxLength: 512, description: 'dataId; * for the lists of the whole app' }),
      whiteListEnabled: Type.Optional(Type.Boolean({ description: 'stays as it is when not given' })),
      blackListEnabled: Type.Optional(Type.Boolean({ description: 'stays as it is when not given' })),
    }),
    status: 200,
    reply: AuthLists,
  },
} as const satisfies RouteTable;
