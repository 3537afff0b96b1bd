import { ms as contract, nameOperations } from '@weft/api';
import type { Clock, Logger } from '@weft/kit';
import { ALL_APPS, ruleDataId, ruleTypeOf } from '@weft/schema/data-id';
import type { DistributionHub } from '../distribution/index.ts';
import type { Drm } from '../drm/index.ts';
import { type Handlers, type Mount, mount } from '../http/index.ts';
import type { Osp } from '../osp/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Storage } from '../storage/index.ts';
import { Changes } from './changes/changes.ts';
import { Events } from './events.ts';
import { FigureStore } from './figures/figure-store.ts';
import { Figures } from './figures/figures.ts';
import { monitorHandlers } from './figures/handlers.ts';
import { RuleHitFigures } from './figures/rule-hits.ts';
import { grantsPort, IsolationGrants } from './isolation/index.ts';
import type { MeshserverParts } from './parts.ts';
import { recordHandlers } from './records/handlers.ts';
import { type RolloutParts, Rollouts } from './rollouts/rollouts.ts';
import { authListHandlers } from './rules/auth-lists.ts';
import { breakerHandlers } from './rules/breakers.ts';
import { commonRuleHandlers } from './rules/common-handlers.ts';
import { documentProblem } from './rules/document-problem.ts';
import { Drafts } from './rules/drafts.ts';
import { RuleExpiry } from './rules/expiry.ts';
import { FourEyes } from './rules/four-eyes.ts';
import { ruleHandlers } from './rules/handlers.ts';
import { isolationHandlers } from './rules/isolation.ts';
import { mappingHandlers } from './rules/mappings.ts';
import type { RuleKind } from './rules/rule-kind.ts';
import { RuleStore } from './rules/rule-store.ts';
import { Rules } from './rules/rules.ts';
import { searchHandlers } from './search/handlers.ts';
import { serviceHandlers } from './services/handlers.ts';
import { sidecarHandlers } from './sidecars/handlers.ts';
import { Sidecars } from './sidecars/sidecars.ts';
import { meshserverMigrations } from './tables.ts';

export interface MeshserverOptions {
  readonly storage: Storage;
  readonly osp: Pick<Osp, 'audit'>;
  readonly hub: DistributionHub;
  readonly drm: Drm;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  /** The code of the rule types. */
  readonly ruleKinds: readonly RuleKind[];
  /** Nobody puts rules in force that he wrote himself. */
  readonly fourEyes?: boolean;
}

/** Services, rules, proxies and figures: what people look at and decide. */
export interface Meshserver {
  readonly mount: Mount;
  stats(): {
    readonly sidecars: number;
    readonly series: number;
    readonly rules: number;
  };
  stop(): Promise<void>;
}

/** @throws Error for a type of rules that the interface does not have */
export async function createMeshserver(options: MeshserverOptions): Promise<Meshserver> {
  const { storage, hub, drm, registry, clock, log } = options;
  await storage.migrate(meshserverMigrations);
  const rules = new Rules(options.ruleKinds.map((kind) => new RuleStore({ storage, drm, clock, kind })));
  for (const store of rules.stores) {
    await store.load();
    addValidator(drm, store);
  }

  const drafts = new Drafts(storage);
  await drafts.load();

  const figures = new Figures(clock);
  const hits = new RuleHitFigures(clock);
  const stored = new FigureStore({ storage, clock, log, sources: [figures.layoutSource, figures, hits] });
  await stored.load();
  stored.start();
  const events = new Events(clock);
  const sidecars = new Sidecars(clock, log, {
    reported({ node, applied }, report, atMs) {
      figures.add(node, report, atMs);
      for (const count of report.rules ?? [])
        if (hits.add(node.instanceId, node, count, atMs, applied))
          events.hint(node.instanceId, 'topology', 'rules', { what: 'rules' });
      rollouts.reported(node, report, atMs);
      const { instanceId, id: proxyId, app } = node;
      isolation.reported({ instanceId, proxyId, app }, report.asks ?? []);
    },
    changed({ node, peer }, what) {
      events.tell(node.instanceId, 'sidecars', { proxyId: node.id, app: node.app, connected: peer !== null, what });
    },
  });
  const ownParts: RolloutParts = {
    audit: options.osp.audit,
    storage,
    drm,
    hub,
    registry,
    clock,
    log,
    rules,
    drafts,
    fourEyes: new FourEyes(options.fourEyes === true),
    sidecars,
    figures,
    hits,
    events,
    changes: new Changes(storage, drm, clock),
  };
  const rollouts = new Rollouts(ownParts);
  const isolation = new IsolationGrants({ port: grantsPort({ ...ownParts, rollouts }), clock, log });
  const parts: MeshserverParts = { ...ownParts, rollouts, isolation };
  for (const store of rules.stores) store.refuseWhere((rule) => rollouts.refuseFor(rule));
  await rollouts.load();
  const expiry = new RuleExpiry(parts, options.osp.audit);
  expiry.start();
  hub.serveReports((peer) => sidecars.serve(peer));
  registry.onArrival({
    greeted: ({ instanceId, id: proxyId, app }, asks) => isolation.arrived({ instanceId, proxyId, app }, asks),
    published: ({ instanceId, id: proxyId, app }, dataId) => isolation.published({ instanceId, proxyId, app }, dataId),
  });
  figures.onNewEdge((instanceId) => events.hint(instanceId, 'topology', 'edges', { what: 'edges' }));
  registry.onChange((instanceId, serviceId) => events.hint(instanceId, 'services', serviceId, { serviceId }));
  drm.onAck(({ node, dataId, version, reason }) =>
    events.hint(node.instanceId, 'pushes', dataId, {
      dataId,
      version,
      proxyId: node.id,
      result: reason === '' ? 'APPLIED' : 'REJECTED',
    }),
  );
  return {
    mount: mount(contract, {
      ...serviceHandlers(parts),
      ...ruleHandlersOf(parts),
      ...commonRuleHandlers(parts),
      ...mappingHandlers(parts),
      ...authListHandlers(parts),
      ...breakerHandlers(parts),
      ...isolationHandlers(parts),
      ...sidecarHandlers(parts),
      ...monitorHandlers(parts),
      ...recordHandlers(parts),
      ...searchHandlers(parts),
    }),
    stats: () => ({ sidecars: sidecars.size, series: figures.size, rules: rules.size }),
    async stop() {
      await stored.stop();
      expiry.stop();
      rollouts.stop();
      isolation.stop();
      sidecars.stop();
      figures.stop();
      events.stop();
    },
  };
}

/** The operations of every type that this control plane has; those of the others answer that they are not served. */
const ruleHandlersOf = (parts: MeshserverParts): Partial<Handlers<(typeof contract)['routes']>> =>
  Object.assign(
    {},
    ...parts.rules.stores.map((store) => nameOperations(ruleHandlers(parts, store), store.contract.id)),
  );

/** Documents of rules are checked as proxies check them, and written by nobody else. */
function addValidator(drm: Drm, { kind, documentList }: RuleStore): void {
  const isOurs = (className: string, attribute: string): boolean =>
    ruleTypeOf(`sofa.config:name=${className}.${attribute},version=3.0@DRM`) === kind.type;
  drm.addValidator({
    owner: kind.type,
    schema: documentList,
    matches: ({ className, attribute }) => isOurs(className, attribute),
    problems: (value) => kind.documentProblems(value).map((problem) => documentProblem(problem, value, documentList)),
    idsOf: (app) => (kind.ownedBy === 'app' ? [ruleDataId(kind.type, app === ALL_APPS ? '*' : app)] : []),
  });
}
