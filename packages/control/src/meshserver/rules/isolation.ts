import type { IsolatedInstance, ms, ReplyOf } from '@weft/api';
import type { CallContext, Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso } from '../range.ts';
import { askProxies } from './ask-proxies.ts';
import { objectOf } from './change-rules.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

type Routes = (typeof ms)['routes'];
type Answer = ReplyOf<Routes['listIsolated']>;
/** What a proxy says of an instance. */
type Said = Omit<IsolatedInstance, 'proxyId' | 'app' | 'ip' | 'ruleDbId' | 'direction' | 'reason'> & {
  readonly rule: number;
  /** Older proxies know one direction, and no reason. */
  readonly direction?: IsolatedInstance['direction'];
  readonly reason?: string;
};

const PATH = '/api/v1/governance/isolation';

/** Isolated instances: who they are, and letting them come back by hand, at the proxies that have the rules. */
export function isolationHandlers(
  parts: MeshserverParts,
): Partial<Pick<Handlers<Routes>, 'listIsolated' | 'releaseIsolated'>> {
  const store = parts.rules.bySegment('isolate');
  // A control plane without this type answers that it does not serve them.
  if (store === null) return {};
  return {
    async listIsolated(call) {
      const { ruleDbId, app } = call.query;
      const rules =
        ruleDbId === undefined
          ? store.list(call.caller).filter(({ body }) => body.enabled && (app === undefined || body.app === app))
          : [store.get(call.caller, ruleDbId)];
      const path = ruleDbId === undefined ? PATH : `${PATH}?rule=${ruleDbId}`;
      const question = { path, acts: false, field: 'isolated', onlyProxy: undefined };
      const answer = await ask(parts, store, call, rules, question);
      answer.items.push(...withoutTheirProxies(parts, call, rules, answer));
      return answer;
    },
    async releaseIsolated(call) {
      const { ruleDbId, host, proxyId, comment = '' } = call.body;
      const rule = store.get(call.caller, ruleDbId);
      const query = new URLSearchParams({ rule: String(ruleDbId), ...(host === undefined ? {} : { host }) });
      const question = { path: `${PATH}/release?${query}`, acts: true, field: 'released', onlyProxy: proxyId };
      const answer = await ask(parts, store, call, [rule], question);
      // Where the proxy cannot be asked its instance comes back all the same.
      parts.isolation.release(call.caller.instanceId, ruleDbId, host, proxyId);
      const released = answer.items
        .slice(0, 100)
        .map(({ proxyId: proxy, host: address, service }) => ({ proxy, host: address, service }));
      await parts.storage.write((tx) =>
        call.audit(tx, {
          object: objectOf(store, rule),
          diff: { released, silent: answer.silent.length, ...(comment === '' ? {} : { comment }) },
        }),
      );
      return answer;
    },
  };
}

async function ask(
  parts: MeshserverParts,
  store: RuleStore,
  call: CallContext,
  rules: readonly StoredRule[],
  question: {
    readonly path: string;
    readonly acts: boolean;
    readonly field: string;
    readonly onlyProxy: string | undefined;
  },
): Promise<Answer> {
  const answer = await askProxies<Said, IsolatedInstance>(parts, store, call, rules, {
    ...question,
    toItem(proxy, { rule: ruleDbId, direction = 'CLIENT', reason = '', name, mode, host, service, state, ...rest }) {
      const { since, until, calls, exceptions, rate } = rest;
      const own = direction === 'SERVER' && !host.includes(':');
      return {
        ...proxy,
        ...{ ruleDbId, name, direction, mode, service, state, reason, since, until, calls, exceptions, rate },
        host: own ? ownHost(parts, call, proxy.proxyId, service) : host,
      };
    },
  });
  answer.items.sort((a, b) => (`${a.service}\n${a.host}\n${a.ip}` < `${b.service}\n${b.host}\n${b.ip}` ? -1 : 1));
  return answer;
}

/** Instances that callers go on to leave out although their own proxies are gone, or did not answer. */
function withoutTheirProxies(
  { isolation, sidecars, clock }: MeshserverParts,
  { caller: { instanceId } }: CallContext,
  rules: readonly StoredRule[],
  { silent }: Answer,
): IsolatedInstance[] {
  const ids = new Set(rules.map((rule) => rule.ruleDbId));
  const unheard = new Set(silent.map(({ proxyId }) => proxyId));
  return isolation.standing(instanceId).flatMap((grant) => {
    const { proxyId, app, ruleDbId, rule: name, host, service, at, calls, exceptions, forMs } = grant;
    const sidecar = sidecars.find(instanceId, proxyId);
    const isHeard = sidecar !== undefined && sidecar.peer !== null && !unheard.has(proxyId);
    if (isHeard || !ids.has(ruleDbId)) return [];
    const ip = sidecar?.node.ip ?? host.slice(0, Math.max(0, host.lastIndexOf(':')));
    const rate = calls === 0 ? 0 : Math.round((10_000 * exceptions) / calls) / 100;
    const [since, until] = [iso(at), iso(clock.wallNow() + forMs)];
    const of = { proxyId, app, ip, ruleDbId, name, host, service, since, until, calls, exceptions, rate };
    return [{ ...of, direction: 'SERVER', mode: 'CONTROL', state: 'ISOLATED', reason: '' }];
  });
}

/** An instance that was not left out yet does not know what its callers call it by. */
function ownHost({ registry }: MeshserverParts, { caller }: CallContext, proxyId: string, service: string): string {
  const own = registry.providers(caller.instanceId, service).find(({ record }) => record.node.id === proxyId);
  return own?.address ?? '';
}
