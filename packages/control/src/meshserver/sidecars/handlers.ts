import {
  message,
  messageText,
  type ms,
  type PermissionPoint,
  type RefusedConnection,
  type Sidecar,
  type SidecarDetail,
} from '@weft/api';
import { DYNAMIC_VALUE_TYPE } from '@weft/distribution';
import type { Refusal } from '../../distribution/index.ts';
import { ApiFailure, type Handlers, pageOfRows } from '../../http/index.ts';
import { addressOf } from '../../registry/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso } from '../range.ts';
import { explainResult, explainUrl } from './explain.ts';
import { setLogLevel } from './log-level.ts';
import { isHealthy, type SidecarRecord } from './sidecars.ts';

type SidecarHandlers = Pick<
  Handlers<(typeof ms)['routes']>,
  'listSidecars' | 'getSidecar' | 'getSidecarAdmin' | 'setSidecarLogLevel' | 'listRefusedConnections' | 'explain'
>;

export function sidecarHandlers(parts: MeshserverParts): SidecarHandlers {
  const { sidecars } = parts;
  return {
    listSidecars(call) {
      const { keyword, app, version, zone, state, healthy } = call.query;
      const word = keyword?.toLowerCase();
      const ports = parts.registry.portsOf(call.caller.instanceId);
      const rows = sidecars
        .list(call.caller.instanceId)
        .filter(
          ({ node }) =>
            (app === undefined || node.app === app) &&
            (version === undefined || node.version === version) &&
            (zone === undefined || node.zone === zone) &&
            (word === undefined ||
              `${nameOfProxy(node)}\n${node.ip}\n${node.id}\n${hostOf(node)}`.toLowerCase().includes(word)),
        )
        .map((record) => toSidecar(parts, record, ports.get(record.node.id) ?? null))
        .filter(
          (row) =>
            (state === undefined || row.state === state) &&
            (healthy === undefined || (row.healthy === true) === healthy),
        );
      return pageOfRows(
        rows,
        call.query,
        [
          'app',
          'name',
          'version',
          'podName',
          'podIp',
          'state',
          'createdAt',
          'lastSeenAt',
          'zone',
          'rps',
          'cpuPercent',
          'rssBytes',
          'connections',
          'healthy',
        ],
        'app',
      );
    },
    getSidecar(call) {
      const { instanceId } = call.caller;
      const record = sidecars.get(instanceId, call.params.proxyId);
      return toDetail(parts, instanceId, record);
    },
    async getSidecarAdmin(call) {
      const record = sidecars.get(call.caller.instanceId, call.params.proxyId);
      const search = new URLSearchParams(call.query as Record<string, string>).toString();
      const answer = await sidecars.ask(record, `/${call.params.path}${search === '' ? '' : `?${search}`}`, '');
      // A page of a proxy must not act as one of the console.
      const contentType = /html|svg|xml/i.test(answer.contentType) ? 'text/plain; charset=utf-8' : answer.contentType;
      call.raw(answer.status, contentType, answer.body);
      return undefined;
    },
    setSidecarLogLevel: (call) => setLogLevel(parts, call),
    listRefusedConnections({ caller, query }) {
      // Of a key that nobody has it cannot be said whose proxy it would be.
      const rows = parts.hub.refusals
        .list()
        .filter(({ key }) =>
          key === null
            ? caller.can(PLATFORM)
            : key.tenantId === caller.tenantId && key.workspaceId === caller.workspaceId,
        )
        .map(toRefused);
      return pageOfRows(rows, query, ['lastAt', 'firstAt', 'app', 'address', 'count'], '-lastAt');
    },
    async explain(call) {
      const record = sidecars.get(call.caller.instanceId, call.body.proxyId);
      const answer = await sidecars.ask(record, explainUrl(call.body), '');
      const text = Buffer.from(answer.body).toString('utf8');
      let raw: unknown;
      try {
        raw = JSON.parse(text);
      } catch {
        raw = { error: text.slice(0, 1000) };
      }
      if (answer.status >= 400) {
        const { error } = raw as { error?: unknown };
        throw new ApiFailure('INVALID', `the proxy refuses the question: ${String(error ?? text).slice(0, 1000)}`);
      }
      return explainResult(record.node.id, raw, {
        name: call.body.service || call.body.authority || '',
        dataIds: dataIdsOf(parts, call.caller.instanceId, record.node.id),
      });
    },
  };
}

/** Of services that a proxy publishes or subscribes. */
function dataIdsOf({ registry }: MeshserverParts, instanceId: string, proxyId: string): string[] {
  const published = registry.publicationsOf(instanceId, proxyId).map(({ publication }) => publication.dataId);
  const subscribed = registry.subscriptionsOf(instanceId, proxyId).map(({ dataId }) => dataId);
  return [...new Set([...published, ...subscribed])];
}

/** Whoever makes tenants looks after all of them. */
const PLATFORM: PermissionPoint = 'osp:tenant:write';

function toRefused(refusal: Refusal): RefusedConnection {
  const { proxyId, app, address, accessKeyId, key, why, count, firstAtMs, lastAtMs } = refusal;
  const cause = why.cause === 'unknown-key' && key !== null ? 'disabled-key' : why.cause;
  const place = { product: 'MESH', tenant: key?.tenantId ?? '', workspace: key?.workspaceId ?? '' };
  const seconds = Math.round((why.skewMs ?? 0) / 1000);
  const reason = message(`refused.${cause}`, { key: accessKeyId, seconds, ...place });
  const advice = message(`refused.do-${cause}`, place);
  return {
    proxyId,
    app,
    address,
    accessKeyId,
    cause,
    reason: messageText(reason),
    reasonMessage: reason,
    advice: messageText(advice),
    adviceMessage: advice,
    count,
    firstAt: iso(firstAtMs),
    lastAt: iso(lastAtMs),
  };
}

const hostOf = ({ labels, ip }: SidecarRecord['node']): string => labels['pod'] ?? labels['host'] ?? ip;

/** App and version: what tells proxies on one address apart. */
export function nameOfProxy({ app, labels }: SidecarRecord['node']): string {
  const version = labels['version'] ?? '';
  return (version === '' ? app : `${app} ${version}`) || 'weft';
}

export function toSidecar(parts: MeshserverParts, record: SidecarRecord, port: number | null): Sidecar {
  const { node } = record;
  const { state, reason } = parts.sidecars.stateOf(record);
  const reported = record.reports > 0;
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    proxyId: node.id,
    name: nameOfProxy(node),
    version: node.version,
    app: node.app,
    podName: hostOf(node),
    podIp: node.ip,
    port,
    podState: state === 'Terminated' ? 'Succeeded' : state === 'Waiting' ? 'Pending' : state,
    state,
    stateReason: reason,
    createdAt: iso(node.startedAtMs),
    lastSeenAt: iso(record.lastSeenMs),
    connected: record.peer !== null,
    healthy: isHealthy(record),
    zone: node.zone,
    dataCenter: node.dataCenter,
    cluster: node.cluster,
    labels: node.labels,
    configDigest: record.configDigest,
    rps: state === 'Running' ? round(record.rps) : 0,
    cpuPercent: reported ? round(record.cpuPercent) : null,
    rssBytes: reported ? record.rssBytes : null,
    connections: reported ? record.connections : null,
  };
}

function toDetail(parts: MeshserverParts, instanceId: string, record: SidecarRecord): SidecarDetail {
  const { node } = record;
  return {
    ...toSidecar(parts, record, parts.registry.portsOf(instanceId).get(node.id) ?? null),
    pid: node.pid,
    components: record.health.map(({ name, healthy, message }) => ({ name, health: healthy, message })),
    degraded: record.health.filter(({ healthy }) => !healthy).map(({ name }) => name),
    values: record.applied.map(({ dataId, version, rejectedReason }) => {
      const receiver = parts.hub.server.receivers(DYNAMIC_VALUE_TYPE, dataId).find((item) => item.node.id === node.id);
      const current = parts.drm.resolve({ instanceId, dataId, zone: node.zone })?.version ?? 0;
      return {
        dataId,
        sentVersion: receiver?.sentVersion ?? 0,
        appliedVersion: version,
        state: rejectedReason !== '' ? 'REJECTED' : version === current ? 'APPLIED' : 'PENDING',
        reason: rejectedReason,
      };
    }),
    publications: parts.registry.publicationsOf(instanceId, node.id).map(({ publication }) => ({
      dataId: publication.dataId,
      address: addressOf(publication),
      protocol: publication.protocol,
    })),
    subscriptions: [...parts.registry.subscriptionsOf(instanceId, node.id)],
    events: record.events.map(({ atMs, kind, message }) => ({ at: iso(atMs), kind, message })),
  };
}
