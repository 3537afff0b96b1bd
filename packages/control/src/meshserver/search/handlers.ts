import { isRuleSegment, type ms, type PermissionPoint, type ReplyOf, type SearchHit, type SearchKind } from '@weft/api';
import type { Caller, Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { pointOf } from '../rules/change-rules.ts';
import { nameOfProxy } from '../sidecars/handlers.ts';
import { bestOf, looksLikeTrace } from './match.ts';

type Routes = (typeof ms)['routes'];
type Result = ReplyOf<Routes['search']>;

const DEFAULT_SIZE = 5;
/** Without one of these a kind is not looked through; rules have a point for each type. */
const NEEDS: Readonly<Record<Exclude<SearchKind, 'rule'>, PermissionPoint>> = {
  service: 'mesh:service:read',
  app: 'mesh:service:read',
  proxy: 'mesh:sidecar:read',
  trace: 'mesh:sidecar:read',
};

/** What is looked through. */
export interface SearchSources {
  readonly registry: Pick<MeshserverParts['registry'], 'dataIds' | 'providers' | 'portsOf'>;
  readonly sidecars: Pick<MeshserverParts['sidecars'], 'list'>;
  readonly rules: Pick<MeshserverParts['rules'], 'stores'>;
}
type Seeker = Pick<Caller, 'can' | 'tenantId' | 'workspaceId' | 'instanceId'>;

export function searchHandlers(parts: SearchSources): Pick<Handlers<Routes>, 'search'> {
  return { search: ({ caller, query }) => search(parts, caller, query.q.trim(), query.size ?? DEFAULT_SIZE) };
}

/** Looks through everything in memory that has a name: services, apps, proxies and rules of the place of the caller. */
export function search(parts: SearchSources, caller: Seeker, text: string, size: number): Result {
  const result: Result = { items: [], totals: [], hidden: [] };
  const take = (kind: SearchKind, found: { readonly best: readonly SearchHit[]; readonly total: number }): void => {
    result.items.push(...found.best);
    result.totals.push({ kind, total: found.total });
  };
  const look = (kind: Exclude<SearchKind, 'rule'>, rows: () => Iterable<SearchHit>): void => {
    if (caller.can(NEEDS[kind])) take(kind, bestOf(rows(), text, size, wordsOf));
    else result.hidden.push({ kind, permission: NEEDS[kind] });
  };
  look('service', () => services(parts, caller));
  look('app', () => apps(parts, caller));
  look('proxy', () => proxies(parts, caller));
  const seen = parts.rules.stores.filter((store) => caller.can(pointOf(store, 'read')));
  if (seen.length > 0) take('rule', bestOf(rules(seen, caller), text, size, wordsOf));
  for (const store of parts.rules.stores)
    if (!seen.includes(store)) result.hidden.push({ kind: 'rule', permission: pointOf(store, 'read') });
  if (looksLikeTrace(text)) look('trace', () => [hit({ kind: 'trace', id: text, title: text })]);
  return result;
}

const hit = (own: Pick<SearchHit, 'kind' | 'id' | 'title'> & Partial<SearchHit>): SearchHit => ({
  app: '',
  address: '',
  segment: null,
  enabled: null,
  ...own,
});

/** What is compared with the text; of a proxy its id is no name that anybody types, yet one that is pasted. */
const wordsOf = ({ kind, id, title, address }: SearchHit): readonly string[] =>
  kind === 'proxy' ? [title, address, id] : kind === 'rule' ? [title, id] : [title];

function* services({ registry }: SearchSources, { instanceId }: Seeker): Iterable<SearchHit> {
  for (const dataId of registry.dataIds(instanceId)) {
    const apps = new Set(registry.providers(instanceId, dataId).map(({ record }) => record.node.app));
    yield hit({ kind: 'service', id: dataId, title: dataId, app: [...apps].sort().join(',') });
  }
}

function apps({ registry, sidecars, rules }: SearchSources, caller: Seeker): SearchHit[] {
  const names = new Set(sidecars.list(caller.instanceId).map(({ node }) => node.app));
  for (const dataId of registry.dataIds(caller.instanceId))
    for (const { record } of registry.providers(caller.instanceId, dataId)) names.add(record.node.app);
  // Rules that the caller must not see tell no name.
  for (const store of rules.stores)
    if (caller.can(pointOf(store, 'read'))) for (const { body } of store.list(caller)) names.add(body.app);
  names.delete('');
  names.delete('*');
  return [...names].sort().map((app) => hit({ kind: 'app', id: app, title: app, app }));
}

function* proxies({ registry, sidecars }: SearchSources, { instanceId }: Seeker): Iterable<SearchHit> {
  const ports = registry.portsOf(instanceId);
  for (const { node, peer } of sidecars.list(instanceId)) {
    const port = ports.get(node.id);
    const host = node.labels['pod'] ?? node.labels['host'];
    yield hit({
      kind: 'proxy',
      id: node.id,
      title: host === undefined ? nameOfProxy(node) : `${nameOfProxy(node)} · ${host}`,
      app: node.app,
      address: port === undefined ? node.ip : `${node.ip}:${port}`,
      enabled: peer !== null,
    });
  }
}

function* rules(stores: SearchSources['rules']['stores'], caller: Seeker): Iterable<SearchHit> {
  for (const store of stores)
    for (const { ruleDbId, body } of store.list(caller))
      yield hit({
        kind: 'rule',
        id: String(ruleDbId),
        title: body.name,
        app: body.app,
        segment: isRuleSegment(store.contract.segment) ? store.contract.segment : null,
        enabled: body.enabled,
      });
}
