import type { Consumer, ItemResult, ms, Provider as ProviderRow, Service, ServiceDetail } from '@weft/api';
import { parseServiceDataId } from '@weft/schema/data-id';
import { ApiFailure, type Handlers, invalid, notFound, pageOfRows } from '../../http/index.ts';
import type { Provider, ProviderChange } from '../../registry/index.ts';
import { type Series, stepOf } from '../figures/figures.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso, MINUTE_MS, rangeOf } from '../range.ts';
import { isFor } from '../rules/is-for.ts';
import type { StoredRule } from '../rules/rule-store.ts';
import { RuleView } from '../rules/rule-view.ts';

type ServiceHandlers = Pick<
  Handlers<(typeof ms)['routes']>,
  | 'listServices'
  | 'getService'
  | 'updateService'
  | 'listProviders'
  | 'updateProviders'
  | 'listConsumers'
  | 'listMethods'
  | 'getServiceMetrics'
  | 'listServiceRules'
  | 'listApps'
>;

const TYPES: Readonly<Record<string, string>> = {
  sofa: 'SOFA',
  dubbo: 'DUBBO',
  springcloud: 'SPRING_CLOUD',
  'spring-cloud': 'SPRING_CLOUD',
  http: 'HTTP',
  grpc: 'GRPC',
};

export function serviceHandlers(parts: MeshserverParts): ServiceHandlers {
  const { registry, sidecars, figures, rules } = parts;

  /** How many rules are for a service. */
  const ruleCounter = (instanceId: string): ((dataId: string) => number) => {
    const named = new Map<string, number>();
    const forAll: StoredRule['body'][] = [];
    for (const { body } of rules.ofInstance(instanceId))
      if (body.services.includes('*')) forAll.push(body);
      else for (const service of new Set(body.services)) named.set(service, (named.get(service) ?? 0) + 1);
    return (dataId) =>
      (named.get(dataId) ?? 0) +
      forAll.reduce((sum, body) => sum + (isFor(registry, instanceId, body, dataId) ? 1 : 0), 0);
  };
  const toService = (instanceId: string, dataId: string, ruleCount: (dataId: string) => number): Service => {
    const providers = registry.providers(instanceId, dataId);
    const apps = [...new Set(providers.map(({ record }) => record.node.app))].sort();
    const meshed = providers.filter(isMeshed).length;
    return {
      serviceId: dataId,
      type: typeOf(dataId),
      app: apps.join(','),
      providerCount: providers.length,
      consumerCount: registry.consumers(instanceId, dataId).length,
      enabledCount: providers.filter(
        ({ manual, isolation, record }) => isolation?.share !== 0 && isEnabled(manual, record.publication.weight),
      ).length,
      protocol: [...new Set(providers.map(({ record }) => record.publication.protocol))].sort().join(','),
      mesh: meshed === 0 ? 'none' : meshed === providers.length ? 'all' : 'some',
      ruleCount: ruleCount(dataId),
    };
  };
  const toDetail = (instanceId: string, serviceId: string): ServiceDetail => {
    known(instanceId, serviceId);
    const providers = registry.providers(instanceId, serviceId);
    return {
      ...toService(instanceId, serviceId, ruleCounter(instanceId)),
      groups: [...new Set(providers.map(({ group }) => group))].sort(),
      zones: [...new Set(providers.map(({ record }) => record.node.zone).filter((zone) => zone !== ''))].sort(),
      protectThreshold: { percent: registry.protectThreshold(instanceId, serviceId), active: false, reason: '' },
      // Read from the registry itself, in this process.
      catalogueAgeMs: 0,
    };
  };
  const known = (instanceId: string, dataId: string): void => {
    for (const id of registry.dataIds(instanceId)) if (id === dataId) return;
    throw notFound(`service ${dataId}`);
  };
  const toProvider = (instanceId: string, provider: Provider): ProviderRow => {
    const { record, address, group, manual, isolation } = provider;
    const { publication, node } = record;
    const sidecar = sidecars.find(instanceId, node.id);
    const lost = sidecar !== undefined && sidecars.stateOf(sidecar).state === 'Unknown';
    const weight = manual?.weight ?? publication.weight;
    const isolated = isolation?.share === 0 && manual?.enabled !== false;
    return {
      address,
      ip: publication.address,
      port: publication.port,
      app: node.app,
      meshed: isMeshed(provider),
      clusterType: node.labels['pod'] === undefined ? 'vm' : 'container',
      protocol: publication.protocol,
      appVersion: publication.metadata['version'] ?? node.labels['version'] ?? '',
      weight,
      publishedWeight: publication.weight,
      state: stateOf({ disabled: manual?.enabled === false, lost, isolated, weight }),
      stateBy: isolated ? isolation.by : (manual?.operator ?? ''),
      stateAt: isolated ? iso(isolation.at) : manual === undefined ? null : iso(manual.at),
      zone: node.zone,
      proxyId: node.id,
      group,
      metadata: publication.metadata,
      registeredAt: iso(record.registeredAt),
      rps: Math.round((sidecar?.inbound.get(publication.dataId)?.rps ?? 0) * 100) / 100,
    };
  };
  /** Series of a service, by its providers where they are in the mesh. */
  const seriesOf = (instanceId: string, dataId: string): Series[] => {
    const all = [...figures.series(instanceId)].filter(({ key }) => key.service === dataId && key.method === '');
    const inbound = all.filter(({ key }) => key.direction === 'inbound');
    return inbound.length > 0 ? inbound : all;
  };

  return {
    listServices(call) {
      const { keyword, type, app, mesh, noProvider, hasRules } = call.query;
      const { instanceId } = call.caller;
      const ruleCount = ruleCounter(instanceId);
      const matches = matcherOf(keyword);
      const rows = [...registry.dataIds(instanceId)]
        .filter((dataId) => matches(dataId) && (type === undefined || typeOf(dataId) === type))
        .map((dataId) => toService(instanceId, dataId, ruleCount))
        .filter(
          (row) =>
            (app === undefined || row.app.split(',').includes(app)) &&
            (mesh === undefined || row.mesh === mesh) &&
            (noProvider === undefined || (row.providerCount === 0) === noProvider) &&
            (hasRules === undefined || row.ruleCount > 0 === hasRules),
        );
      return pageOfRows(
        rows,
        call.query,
        ['serviceId', 'type', 'app', 'providerCount', 'consumerCount', 'enabledCount', 'protocol', 'mesh', 'ruleCount'],
        'serviceId',
      );
    },
    getService: ({ caller, params }) => toDetail(caller.instanceId, params.serviceId),
    async updateService(call) {
      const { instanceId, loginName } = call.caller;
      const { serviceId } = call.params;
      const { protectThreshold } = call.body;
      known(instanceId, serviceId);
      await parts.storage.write(async (tx) => {
        await registry.setProtectThreshold(tx, instanceId, serviceId, protectThreshold, loginName);
        await call.audit(tx, { object: `service ${serviceId}`, diff: { protectThreshold } });
        await parts.changes.record(tx, call.caller, {
          changeId: call.changeId,
          actor: loginName,
          kind: 'service',
          object: `service ${serviceId}`,
          operation: 'settings',
          summary: `protect threshold ${protectThreshold} %`,
          written: [],
        });
      });
      return toDetail(instanceId, serviceId);
    },
    listProviders(call) {
      const { instanceId } = call.caller;
      known(instanceId, call.params.serviceId);
      const { state } = call.query;
      const rows = registry
        .providers(instanceId, call.params.serviceId)
        .map((provider) => toProvider(instanceId, provider))
        .filter((row) => state === undefined || row.state === state);
      return pageOfRows(
        rows,
        call.query,
        ['address', 'ip', 'port', 'app', 'weight', 'state', 'zone', 'rps', 'registeredAt', 'appVersion'],
        'address',
      );
    },
    async updateProviders(call) {
      const { instanceId } = call.caller;
      const { serviceId } = call.params;
      const { addresses, enabled, weight, force } = call.body;
      known(instanceId, serviceId);
      if (enabled === undefined && weight === undefined)
        throw invalid('/enabled', 'found neither enabled nor weight, expected at least one of them');
      const providers = registry.providers(instanceId, serviceId);
      const there = new Set(providers.map(({ address }) => address));
      const wanted = [...new Set(addresses)];
      const changes: ProviderChange[] = wanted
        .filter((address) => there.has(address))
        .map((address) => ({
          address,
          ...(enabled === undefined ? {} : { enabled }),
          ...(weight === undefined ? {} : { weight }),
        }));
      const taken = new Set(changes.map(({ address }) => address));
      const left = providers.some(({ address, manual, record }) => {
        const touched = taken.has(address);
        const on = touched && enabled !== undefined ? enabled : (manual?.enabled ?? true);
        const share = touched && weight !== undefined ? weight : (manual?.weight ?? record.publication.weight);
        return on && share > 0;
      });
      const had = providers.some(({ manual, record }) => isEnabled(manual, record.publication.weight));
      if (had && !left && force !== true)
        throw new ApiFailure(
          'LAST_PROVIDER',
          `no enabled provider of ${serviceId} would be left: every call to it would fail; send force to do it all the same`,
        );
      const items = wanted.map(
        (address): ItemResult =>
          there.has(address)
            ? { id: address, ok: true, code: '', message: '' }
            : { id: address, ok: false, code: 'NOT_FOUND', message: `${address} does not provide ${serviceId}` },
      );
      await parts.storage.write(async (tx) => {
        await registry.changeProviders(tx, instanceId, serviceId, changes, call.caller.loginName);
        const diff = { addresses: [...taken], enabled, weight, force };
        await call.audit(tx, { object: `service ${serviceId}`, diff });
        await parts.changes.record(tx, call.caller, {
          changeId: call.changeId,
          actor: call.caller.loginName,
          kind: 'service',
          object: `service ${serviceId}`,
          operation: enabled === false ? 'disable' : enabled === true ? 'enable' : 'weigh',
          summary: `${[...taken].slice(0, 10).join(', ')}${weight === undefined ? '' : ` weight ${weight}`}`,
          written: [],
        });
      });
      return { items };
    },
    listConsumers(call) {
      const { instanceId } = call.caller;
      const { serviceId } = call.params;
      known(instanceId, serviceId);
      const rows = registry.consumers(instanceId, serviceId).map((node): Consumer => {
        const last = sidecars.find(instanceId, node.id)?.outbound.get(serviceId)?.lastMs;
        return {
          ip: node.ip,
          app: node.app,
          proxyId: node.id,
          zone: node.zone,
          lastCallAt: last === undefined ? null : iso(last),
        };
      });
      return pageOfRows(rows, call.query, ['app', 'ip', 'zone', 'proxyId', 'lastCallAt'], 'app');
    },
    listMethods(call) {
      const { instanceId } = call.caller;
      const { serviceId } = call.params;
      known(instanceId, serviceId);
      const found = new Map<string, { method: string; source: 'metadata' | 'traffic'; lastCallAt: string | null }>();
      for (const { record } of registry.providers(instanceId, serviceId))
        for (const method of (record.publication.metadata['methods'] ?? '').split(','))
          if (method.trim() !== '')
            found.set(method.trim(), { method: method.trim(), source: 'metadata', lastCallAt: null });
      for (const { key, lastMs } of figures.series(instanceId)) {
        if (key.service !== serviceId || key.method === '' || lastMs === 0) continue;
        const before = found.get(key.method);
        const lastCallAt = iso(lastMs);
        if (before === undefined || before.lastCallAt === null || before.lastCallAt < lastCallAt)
          found.set(key.method, { method: key.method, source: before?.source ?? 'traffic', lastCallAt });
      }
      const word = call.query.keyword?.toLowerCase();
      const rows = [...found.values()].filter(
        ({ method }) => word === undefined || method.toLowerCase().includes(word),
      );
      return pageOfRows(rows, call.query, ['method', 'source', 'lastCallAt'], 'method');
    },
    getServiceMetrics(call) {
      const { instanceId } = call.caller;
      const now = parts.clock.wallNow();
      const { startMs, endMs } = rangeOf(call.query, now, 15 * MINUTE_MS);
      const stepSeconds = stepOf(startMs, endMs, now, call.query.step);
      const points = figures.points(seriesOf(instanceId, call.params.serviceId), startMs, endMs, stepSeconds);
      return {
        start: iso(startMs),
        end: iso(endMs),
        stepSeconds,
        points: points.map(({ at, sum }) => ({
          at,
          ...sum.figures(stepSeconds, figures.layout.bounds),
          errors: Math.round(sum.errors),
        })),
        dataAgeMs: figures.ageMs(instanceId),
      };
    },
    listServiceRules(call) {
      const { serviceId } = call.params;
      const view = new RuleView(parts);
      const rows = rules
        .list(call.caller)
        .filter(({ body }) => isFor(registry, call.caller.instanceId, body, serviceId))
        .map((rule) => view.toRule(rule));
      return pageOfRows(rows, call.query, ['ruleDbId', 'name', 'app', 'direction', 'mode', 'modifiedAt'], 'name');
    },
    listApps(call) {
      const { instanceId } = call.caller;
      const apps = new Map<string, { proxies: number; provides: Set<string>; consumes: Set<string> }>();
      const of = (app: string) => {
        let found = apps.get(app);
        if (found === undefined) {
          found = { proxies: 0, provides: new Set(), consumes: new Set() };
          apps.set(app, found);
        }
        return found;
      };
      for (const record of sidecars.list(instanceId)) of(record.node.app).proxies++;
      for (const dataId of registry.dataIds(instanceId)) {
        for (const { record } of registry.providers(instanceId, dataId)) of(record.node.app).provides.add(dataId);
        for (const node of registry.consumers(instanceId, dataId)) of(node.app).consumes.add(dataId);
      }
      for (const { body } of rules.list(call.caller)) if (body.app !== '*') of(body.app);
      const word = call.query.keyword?.toLowerCase();
      const rows = [...apps]
        .filter(([app]) => app !== '' && (word === undefined || app.toLowerCase().includes(word)))
        .map(([app, { proxies, provides, consumes }]) => ({
          app,
          proxies,
          provides: [...provides].sort(),
          consumes: [...consumes].sort(),
        }));
      return pageOfRows(rows, call.query, ['app', 'proxies'], 'app');
    },
  };
}

function stateOf(provider: {
  readonly disabled: boolean;
  readonly lost: boolean;
  readonly isolated: boolean;
  readonly weight: number;
}): ProviderRow['state'] {
  if (provider.disabled) return 'Disabled';
  if (provider.lost) return 'Unhealthy';
  if (provider.isolated) return 'Isolated';
  return provider.weight === 0 ? 'Draining' : 'Enabled';
}

const isMeshed = ({ record }: Provider): boolean => record.publication.metadata['mesh'] !== undefined;

const isEnabled = (
  manual: { readonly enabled: boolean; readonly weight: number | null } | undefined,
  weight: number,
): boolean => (manual?.enabled ?? true) && (manual?.weight ?? weight) > 0;

function typeOf(dataId: string): string {
  try {
    const id = parseServiceDataId(dataId);
    return TYPES[id.kind] ?? id.kind.toUpperCase();
  } catch {
    return '';
  }
}

/** Part of the id, or a glob when there is a `*` in it. */
function matcherOf(keyword: string | undefined): (text: string) => boolean {
  if (keyword === undefined || keyword === '') return () => true;
  const word = keyword.toLowerCase();
  if (!word.includes('*')) return (text) => text.toLowerCase().includes(word);
  const parts = word.split('*');
  return (text) => {
    const lower = text.toLowerCase();
    const [first = ''] = parts;
    const last = parts.at(-1) ?? '';
    if (!lower.startsWith(first) || !lower.endsWith(last) || lower.length < first.length + last.length) return false;
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const at = lower.indexOf(part, from);
      if (at < 0 || at + part.length > lower.length - last.length) return false;
      from = at + part.length;
    }
    return true;
  };
}
