import {
  type AnyRule,
  type DrmStatus,
  type Message,
  type MessageId,
  message,
  messageText,
  type PushDetail,
  type PushSummary,
} from '@weft/api';
import { nearestName } from '@weft/schema';
import type { MeshserverParts } from '../parts.ts';
import { iso } from '../range.ts';
import { instanceLabels } from '../records/label-groups.ts';
import { absentGroups } from './absent-groups.ts';
import { ruleBefore } from './rule-before.ts';
import { ruleConflicts } from './rule-conflicts.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';
import { type ServiceUse, uncalledServices } from './uncalled-services.ts';
import { unseenCallers } from './unseen-callers.ts';

/** Of these the requests that they were for are their hits: they have no others. */
const REFUSES_NOBODY: ReadonlySet<string> = new Set(['ROUTE', 'MIRROR', 'ISOLATE', 'MAPPING']);

/** Rules as the interface shows them. One view per call: the state of a document, and the apps of the proxies, are asked for once. */
export class RuleView {
  readonly #parts: MeshserverParts;
  readonly #statuses = new Map<string, DrmStatus>();
  readonly #apps = new Map<string, ReadonlySet<string>>();

  constructor(parts: MeshserverParts) {
    this.#parts = parts;
  }

  #status({ instanceId, workspaceId }: Pick<StoredRule, 'instanceId' | 'workspaceId'>, dataId: string): DrmStatus {
    const key = `${instanceId}\n${workspaceId}\n${dataId}`;
    let status = this.#statuses.get(key);
    if (status === undefined) {
      status = this.#parts.drm.status({ instanceId, workspaceId, dataId });
      this.#statuses.set(key, status);
    }
    return status;
  }

  /** Apps of the proxies that are known. */
  #appsOf(instanceId: string): ReadonlySet<string> {
    let apps = this.#apps.get(instanceId);
    if (apps === undefined) {
      apps = new Set(this.#parts.sidecars.list(instanceId).map(({ node }) => node.app));
      this.#apps.set(instanceId, apps);
    }
    return apps;
  }

  toRule(rule: StoredRule): AnyRule {
    const { body } = rule;
    const warnings = this.warnings(rule);
    return {
      ruleDbId: rule.ruleDbId,
      type: rule.type,
      ...body,
      version: rule.version,
      createdBy: rule.createdBy,
      createdAt: iso(rule.createdAt),
      modifiedBy: rule.modifiedBy,
      modifiedAt: iso(rule.modifiedAt),
      changeId: rule.changeId,
      dataIds: this.#parts.rules.dataIdsOf(rule),
      warnings: warnings.map((item) => messageText(item)),
      warningMessages: warnings,
      push: this.push(rule),
      expiresAt: rule.expiresAt === 0 ? null : iso(rule.expiresAt),
      draft: this.#draftOf(rule.ruleDbId),
      rollout: this.#parts.rollouts.summaryOf(rule.ruleDbId),
      hits5m: this.#parts.hits.recent(rule.instanceId, rule.ruleDbId, REFUSES_NOBODY.has(rule.type)),
    } as AnyRule;
  }

  #draftOf(ruleDbId: number): AnyRule['draft'] {
    const draft = this.#parts.drafts.of(ruleDbId);
    return draft === null
      ? null
      : { version: draft.version, by: draft.author, at: iso(draft.at), comment: draft.comment };
  }

  /** What is right and yet may not do what its author thinks. */
  warnings(rule: Pick<StoredRule, 'type' | 'instanceId' | 'tenantId' | 'workspaceId' | 'body'>): Message[] {
    const { instanceId, body } = rule;
    const warnings: Message[] = [];
    const subscribers = this.#parts.rules
      .dataIdsOf(rule)
      .reduce((sum, dataId) => sum + this.#status(rule, dataId).subscribers, 0);
    if (subscribers === 0)
      warnings.push(
        this.#parts.rules.byType(rule.type).kind.ownedBy === 'service'
          ? message('warning.no-subscriber-of-service', { service: body.services.join(', ') })
          : body.app === '*'
            ? message('warning.no-proxy')
            : message('warning.no-proxy-of-app', { app: body.app }),
      );
    if (body.direction === 'SERVER' && body.app !== '*') {
      for (const service of body.services) {
        if (service === '*') continue;
        const providers = this.#parts.registry.providers(instanceId, service);
        if (providers.length > 0 && !providers.some(({ record }) => record.node.app === body.app))
          warnings.push(message('warning.not-provider', { app: body.app, service }));
      }
    }
    const store = this.#parts.rules.byType(rule.type);
    // Without a proxy of its app nothing is known of what the app calls.
    if (store.kind.ownedBy === 'app' && subscribers > 0)
      warnings.push(...uncalledServices(body, serviceUse(this.#parts, instanceId)));
    const offAt = store.offAt(rule);
    if (offAt.length > 0)
      warnings.push(
        message('warning.list-off', {
          list: message(`list.${store.kind.listOf?.(body).list ?? ''}` as MessageId),
          services: offAt.join(', '),
        }),
      );
    const own = appsWithTheirOwn(store, rule);
    if (own.on.length > 0) warnings.push(message('warning.own-instead', { apps: own.on.join(', ') }));
    if (own.off.length > 0) warnings.push(message('warning.own-off', { apps: own.off.join(', ') }));
    const before = store.kind.firstOnly === true ? ruleBefore(store.ofInstance(instanceId), rule) : null;
    if (before !== null)
      warnings.push(message('warning.other-first', { rule: before.ruleDbId, name: before.body.name }));
    const target = store.kind.sendsTo?.(body) ?? '';
    if (target !== '' && this.#parts.registry.providers(instanceId, target).length === 0)
      warnings.push(message('warning.nobody-publishes', { service: target }));
    warnings.push(...absentGroups(body, instanceLabels(this.#parts, instanceId)));
    warnings.push(...unseenCallers(body, this.#appsOf(instanceId)));
    warnings.push(...ruleConflicts(store.kind, store.ofInstance(instanceId), rule));
    warnings.push(...(store.kind.warnings?.(body) ?? []));
    return warnings;
  }

  push(rule: Pick<StoredRule, 'type' | 'instanceId' | 'tenantId' | 'workspaceId' | 'body'>): PushSummary {
    let target = 0;
    let acked = 0;
    let rejected = 0;
    let pending = 0;
    let version = 0;
    let lastPushAt = 0;
    const { instanceId } = rule;
    for (const dataId of this.#parts.rules.dataIdsOf(rule)) {
      const value = this.#parts.drm.get({ instanceId, dataId });
      if (value === null || (value.workspaceId !== '' && value.workspaceId !== rule.workspaceId)) continue;
      const status = this.#status(rule, dataId);
      target += status.subscribers;
      acked += status.applied;
      rejected += status.rejected;
      pending += status.stale;
      version = Math.max(version, value.version);
      lastPushAt = Math.max(lastPushAt, value.modifiedAt);
    }
    const state =
      version === 0 || target === 0
        ? 'none'
        : acked === target
          ? 'ok'
          : pending > 0
            ? 'pending'
            : acked > 0
              ? 'partly'
              : 'failed';
    const freeze = this.#parts.drm.freezes.state(rule);
    return {
      state,
      target,
      acked,
      rejected,
      pending,
      version,
      lastPushAt: lastPushAt === 0 ? null : iso(lastPushAt),
      ...(freeze.frozen ? { frozen: freeze } : {}),
    };
  }

  pushDetail(rule: StoredRule): PushDetail {
    const { instanceId } = rule;
    return {
      ...this.push(rule),
      dataIds: this.#parts.rules.dataIdsOf(rule).map((dataId) => ({
        dataId,
        version: this.#parts.drm.get({ instanceId, dataId })?.version ?? 0,
        instances: this.#status(rule, dataId).clients,
      })),
    };
  }
}

/** Apps in which a rule for every app does nothing, as they have one that takes its place, or would once theirs is switched on. */
function appsWithTheirOwn(
  store: RuleStore,
  { instanceId, body }: Pick<StoredRule, 'instanceId' | 'body'>,
): { readonly on: readonly string[]; readonly off: readonly string[] } {
  const { shadows } = store.kind;
  if (shadows === undefined || body.app !== '*') return { on: [], off: [] };
  const own = store.ofInstance(instanceId).filter((rule) => rule.body.app !== '*' && shadows(rule.body, body));
  const appsOf = (enabled: boolean): string[] => [
    ...new Set(own.filter((rule) => rule.body.enabled === enabled).map((rule) => rule.body.app)),
  ];
  const on = appsOf(true).sort();
  const off = appsOf(false).filter((app) => !on.includes(app));
  return { on, off: off.sort() };
}

/** What calls of a service are named: the id of HTTP has two ends, and Triple on a listener of Http2 is gRPC. */
function namesOf(service: string): readonly string[] {
  const name = service.slice(0, service.lastIndexOf('@'));
  if (/@Http[12]$/.test(service)) return [`${name}@Http1`, `${name}@Http2`];
  return service.endsWith('@tri') ? [service, `${name}@grpc`] : [service];
}

function serviceUse({ registry, sidecars }: MeshserverParts, instanceId: string): ServiceUse {
  return {
    isKnown: (service) =>
      namesOf(service).some(
        (name) =>
          registry.providers(instanceId, name).length > 0 ||
          registry.consumers(instanceId, name).length > 0 ||
          sidecars.list(instanceId).some(({ inbound, outbound }) => inbound.has(name) || outbound.has(name)),
      ),
    nearest: (service) => {
      const names = new Set(registry.dataIds(instanceId));
      for (const { inbound, outbound } of sidecars.list(instanceId))
        for (const name of [...inbound.keys(), ...outbound.keys()]) names.add(name);
      // The registry knows what somebody asked for, too.
      names.delete(service);
      return nearestName(service, names);
    },
    callers: (service) => {
      const apps = new Set<string>();
      for (const name of namesOf(service)) {
        for (const { app } of registry.consumers(instanceId, name)) apps.add(app);
        for (const { node, outbound } of sidecars.list(instanceId)) if (outbound.has(name)) apps.add(node.app);
      }
      return apps;
    },
  };
}
