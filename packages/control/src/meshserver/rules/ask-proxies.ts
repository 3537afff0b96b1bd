import type { CallContext } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

/** Proxies that one call asks, and so many at a time. */
const MAX_PROXIES = 500;
const AT_A_TIME = 50;

export interface AskedProxy {
  readonly proxyId: string;
  readonly app: string;
  readonly ip: string;
}

/** What is asked of the admin API of proxies. */
export interface ProxyQuestion<Said, Item> {
  readonly path: string;
  /** It changes something. */
  readonly acts: boolean;
  /** The list of the answer. */
  readonly field: string;
  readonly onlyProxy: string | undefined;
  toItem(proxy: AskedProxy, said: Said): Item;
}

export interface ProxyAnswers<Item> {
  readonly items: Item[];
  readonly asked: number;
  readonly silent: (AskedProxy & { readonly reason: string })[];
}

/** Asks the connected proxies that have these rules; entries of other rules are left out. */
export async function askProxies<Said extends { readonly rule: number }, Item>(
  { drm, sidecars }: MeshserverParts,
  store: RuleStore,
  { caller }: CallContext,
  rules: readonly StoredRule[],
  { path, acts, field, onlyProxy, toItem }: ProxyQuestion<Said, Item>,
): Promise<ProxyAnswers<Item>> {
  const { instanceId, workspaceId } = caller;
  const ids = new Set(rules.map(({ ruleDbId }) => ruleDbId));
  const proxies = new Map<string, AskedProxy>();
  for (const dataId of new Set(rules.flatMap(({ body }) => store.dataIdsOf(body))))
    for (const { proxyId, app, ip } of drm.status({ instanceId, workspaceId, dataId }).clients)
      if (onlyProxy === undefined || onlyProxy === proxyId) proxies.set(proxyId, { proxyId, app, ip });
  const asked = [...proxies.values()].slice(0, MAX_PROXIES);
  const items: Item[] = [];
  const silent: ProxyAnswers<Item>['silent'] = [];
  const askOne = async (proxy: AskedProxy): Promise<void> => {
    try {
      const record = sidecars.get(instanceId, proxy.proxyId);
      const answer = acts ? await sidecars.act(record, path) : await sidecars.ask(record, path, '');
      const text = Buffer.from(answer.body).toString('utf8');
      if (answer.status !== 200) silent.push({ ...proxy, reason: text.slice(0, 500) });
      // Rules of its own file are not ours.
      else
        for (const said of (JSON.parse(text) as Readonly<Record<string, readonly Said[]>>)[field] ?? [])
          if (ids.has(said.rule)) items.push(toItem(proxy, said));
    } catch (error) {
      // Away, too slow, or of another release: the others still tell.
      silent.push({ ...proxy, reason: (error as Error).message });
    }
  };
  for (let at = 0; at < asked.length; at += AT_A_TIME) await Promise.all(asked.slice(at, at + AT_A_TIME).map(askOne));
  return { items, asked: asked.length, silent };
}
