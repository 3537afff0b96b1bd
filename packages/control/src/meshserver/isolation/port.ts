import type { AskVerdict } from '@weft/distribution';
import type { BaseParts } from '../base-parts.ts';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { AskingProxy, GrantsPort } from './grants.ts';
import type { ServiceProvider } from './may-isolate.ts';

type Parts = Pick<BaseParts, 'registry' | 'sidecars' | 'rules'> & { readonly rollouts: Pick<Rollouts, 'get'> };

/** Grants over the registry, the rules and the connected proxies. */
export function grantsPort({ registry, sidecars, rules, rollouts }: Parts): GrantsPort {
  const store = rules.bySegment('isolate');
  const isLost = (instanceId: string, proxyId: string): boolean => {
    const sidecar = sidecars.find(instanceId, proxyId);
    if (sidecar === undefined) return false;
    const { state } = sidecars.stateOf(sidecar);
    return state === 'Unknown' || state === 'Terminated';
  };
  return {
    get confirmed() {
      return registry.confirmed;
    },
    providers: (instanceId, dataId) =>
      registry.providers(instanceId, dataId).map(({ record, address, group, manual }): ServiceProvider => {
        const { node, publication } = record;
        const enabled = (manual?.enabled ?? true) && (manual?.weight ?? publication.weight) > 0;
        return {
          ...{ address, group },
          proxyId: node.id,
          app: node.app,
          usable: enabled && !isLost(instanceId, node.id),
        };
      }),
    publishedBy: (instanceId, proxyId) =>
      registry.publicationsOf(instanceId, proxyId).map(({ publication }) => publication.dataId),
    ruleName(instanceId, ruleDbId) {
      const rule = store?.find(instanceId, ruleDbId) ?? null;
      if (rule === null) return null;
      const { enabled, direction, mode, name } = rule.body;
      const acts = enabled && direction === 'SERVER' && mode === 'CONTROL';
      // Some proxies have it already in another form.
      return acts || rollouts.get(ruleDbId) !== null ? name : null;
    },
    isolate: (instanceId, dataId, address, state) => registry.isolate(instanceId, dataId, address, state),
    tell: ({ instanceId, proxyId }: AskingProxy, verdicts: readonly AskVerdict[]) =>
      sidecars.find(instanceId, proxyId)?.peer?.send({ kind: 'verdicts', verdicts }),
  };
}
