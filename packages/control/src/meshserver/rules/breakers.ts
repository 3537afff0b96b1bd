import type { Breaker, ms, ReplyOf } from '@weft/api';
import type { CallContext, Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { askProxies } from './ask-proxies.ts';
import { objectOf } from './change-rules.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

type Routes = (typeof ms)['routes'];
type Answer = ReplyOf<Routes['listBreakers']>;

const PATH = '/api/v1/governance/fuse';

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
            reset: answer.items.slice(0, 100).map(({ proxyId: id, resource: name }) => ({ proxy: id, resource: name })),
            silent: answer.silent.length,
            ...(comment === '' ? {} : { comment }),
          },
        }),
      );
      return answer;
    },
  };
}

async function askAll(
  parts: MeshserverParts,
  store: RuleStore,
  call: CallContext,
  rules: readonly StoredRule[],
  path: string,
  field: 'breakers' | 'reset',
  onlyProxy?: string,
): Promise<Answer> {
  const answer = await askProxies<Said, Breaker>(parts, store, call, rules, {
    path,
    acts: field === 'reset',
    field,
    onlyProxy,
    toItem: (proxy, { rule: ruleDbId, name, resource, mode, state, until, window }) => ({
      ...proxy,
      ...{ ruleDbId, name, resource, mode, state, until, window: { ...window } },
    }),
  });
  const order = (item: Breaker): string =>
    `${item.state === 'CLOSED' ? 1 : 0}\n${item.app}\n${item.resource}\n${item.ip}`;
  answer.items.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return answer;
}
