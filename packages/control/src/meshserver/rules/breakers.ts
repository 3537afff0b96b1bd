import type { Breaker, ms, ReplyOf } from '@weft/api';
import type { CallContext, Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { objectOf } from './change-rules.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

type Routes = (typeof ms)['routes'];
type Answer = ReplyOf<Routes['listBreakers']>;
type Silent = Answer['silent'][number];

const PATH = '/api/v1/governance/fuse';
/** Proxies that one call asks, and so many at a time. */
const MAX_PROXIES = 500;
const AT_A_TIME = 50;

/** What a proxy says of a breaker. */
interface Said {
  readonly resource: string;
  readonly rule: number;
  readonly name: string;
  readonly mode: Breaker['mode'];
  readonly state: Breaker['state'];
  readonly until: string | null;
  readonly window: Readonly<Record<string, number>>;
}

/** Circuit breakers: what they are, and closing them by hand, at the proxies that have the rules. */
export function breakerHandlers(
  parts: MeshserverParts,
): Partial<Pick<Handlers<Routes>, 'listBreakers' | 'resetBreakers'>> {
  const store = parts.rules.bySegment('fuse');
  // A control plane without this type answers that it does not serve them.
  if (store === null) return {};
  return {
    async listBreakers(call) {
      const { ruleDbId, app, state } = call.query;
      const rules =
        ruleDbId === undefined
          ? store.list(call.caller).filter(({ body }) => body.enabled && (app === undefined || body.app === app))
          : [store.get(call.caller, ruleDbId)];
      const path = ruleDbId === undefined ? PATH : `${PATH}?rule=${ruleDbId}`;
      const answer = await askAll(parts, store, call, rules, path, 'breakers');
      return { ...answer, items: answer.items.filter((item) => state === undefined || item.state === state) };
    },
    async resetBreakers(call) {
      const { ruleDbId, resource, proxyId, comment = '' } = call.body;
      const rule = store.get(call.caller, ruleDbId);
      const query = new URLSearchParams({ rule: String(ruleDbId), ...(resource === undefined ? {} : { resource }) });
      const answer = await askAll(parts, store, call, [rule], `${PATH}/reset?${query}`, 'reset', proxyId);
      await parts.storage.write((tx) =>
        call.audit(tx, {
          object: objectOf(store, rule),
          diff: {
            reset: answer.items
              .slice(0, 100)
              .map(({ proxyId: id, resource: name, state }) => ({ proxy: id, resource: name, state })),
            silent: answer.silent.length,
            ...(comment === '' ? {} : { comment }),
          },
        }),
      );
      return answer;
    },
  };
}

/** Asks the connected proxies that have these rules; `field` is the list of their answer. */
async function askAll(
  { drm, sidecars }: MeshserverParts,
  store: RuleStore,
  { caller }: CallContext,
  rules: readonly StoredRule[],
  path: string,
  field: 'breakers' | 'reset',
  onlyProxy?: string,
): Promise<Answer> {
  const { instanceId, workspaceId } = caller;
  const ids = new Set(rules.map(({ ruleDbId }) => ruleDbId));
  const proxies = new Map<string, { proxyId: string; app: string; ip: string }>();
  for (const dataId of new Set(rules.flatMap(({ body }) => store.dataIdsOf(body))))
    for (const { proxyId, app, ip } of drm.status({ instanceId, workspaceId, dataId }).clients)
      if (onlyProxy === undefined || onlyProxy === proxyId) proxies.set(proxyId, { proxyId, app, ip });
  const asked = [...proxies.values()].slice(0, MAX_PROXIES);
  const items: Breaker[] = [];
  const silent: Silent[] = [];
  const askOne = async (proxy: Omit<Silent, 'reason'>): Promise<void> => {
    try {
      const record = sidecars.get(instanceId, proxy.proxyId);
      const answer = field === 'reset' ? await sidecars.act(record, path) : await sidecars.ask(record, path, '');
      const text = Buffer.from(answer.body).toString('utf8');
      if (answer.status !== 200) silent.push({ ...proxy, reason: text.slice(0, 500) });
      // Rules of its own file are not ours.
      else
        for (const { rule: ruleDbId, name, resource, mode, state, until, window } of (
          JSON.parse(text) as Readonly<Record<typeof field, readonly Said[]>>
        )[field])
          if (ids.has(ruleDbId))
            items.push({ ...proxy, ruleDbId, name, resource, mode, state, until, window: { ...window } });
    } catch (error) {
      // Away, too slow, or of another release: the others still tell.
      silent.push({ ...proxy, reason: (error as Error).message });
    }
  };
  for (let at = 0; at < asked.length; at += AT_A_TIME) await Promise.all(asked.slice(at, at + AT_A_TIME).map(askOne));
  const order = (item: Breaker): string =>
    `${item.state === 'CLOSED' ? 1 : 0}\n${item.app}\n${item.resource}\n${item.ip}`;
  items.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return { items, asked: asked.length, silent };
}
