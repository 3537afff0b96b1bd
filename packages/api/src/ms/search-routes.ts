import { type Static, Type } from 'typebox';
import { Nullable, OneOf, Query, QueryInteger, type RouteTable } from '../contract/index.ts';
import { RULE_SEGMENTS } from '../rules/index.ts';

/** What a search looks through, in the order of its answer. */
export const SEARCH_KINDS = ['service', 'app', 'proxy', 'rule', 'trace'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export const SearchHit = Type.Object({
  kind: OneOf(SEARCH_KINDS, 'what it is; trace: the text looks like the id of a request, nobody was asked for it'),
  id: Type.String({ description: 'service id, app, id of the proxy, number of the rule, or id of the request' }),
  title: Type.String({ description: 'what it is called' }),
  app: Type.String({ description: 'its app; several are joined by comma, empty for none' }),
  address: Type.String({ description: 'of a proxy: ip, with the port that it publishes; empty otherwise' }),
  segment: Nullable(OneOf(RULE_SEGMENTS, 'of a rule: its type')),
  enabled: Nullable(Type.Boolean({ description: 'of a rule: on; of a proxy: connected; null otherwise' })),
});
export type SearchHit = Static<typeof SearchHit>;

export const SearchResult = Type.Object({
  items: Type.Array(SearchHit, { description: 'by kind; of each the best first: equal, then beginning with the text' }),
  totals: Type.Array(
    Type.Object({
      kind: OneOf(SEARCH_KINDS, 'kind'),
      total: Type.Integer({ description: 'that fit, of which at most `size` are among the items' }),
    }),
    { description: 'of each kind that was looked through' },
  ),
  hidden: Type.Array(
    Type.Object({
      kind: OneOf(SEARCH_KINDS, 'kind'),
      permission: Type.String({ description: 'point without which the caller does not see them' }),
    }),
    { description: 'what was not looked through' },
  ),
});
export type SearchResult = Static<typeof SearchResult>;

/** One search over everything that has a name. */
export const searchRoutes = {
  search: {
    method: 'GET',
    path: '/search',
    summary: 'Services, apps, proxies and rules by a part of their name or address; of what the caller may see',
    access: 'session',
    query: Query({
      q: Type.String({
        minLength: 2,
        maxLength: 256,
        description: 'part of a service id, an app, an address, a host, a rule, or the id of a request',
        'x-weft-expected': '2 to 256 characters',
      }),
      size: QueryInteger(1, 50, 'of each kind at most so many', 5),
    }),
    status: 200,
    reply: SearchResult,
  },
} as const satisfies RouteTable;
