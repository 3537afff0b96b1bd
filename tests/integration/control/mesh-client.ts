import type { AdminAnswer, AdminQuery } from '@weft/distribution';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  createRegistrySession,
  createReportStream,
  type DynamicValue,
  dynamicValueType,
  type EdgeReport,
  type NodeInfo,
  type Publication,
  type Rejection,
  type ResourceUpdate,
  type RuleReport,
  serviceEndpointsType,
} from '@weft/distribution';
import { formatDataInfoId, ruleDataId } from '@weft/schema/data-id';

/** What a proxy says to a control plane, without a proxy behind it. */
export interface MeshClient {
  readonly node: NodeInfo;
  /** Text by dataId, as accepted. */
  readonly values: Map<string, string>;
  publish(
    dataId: string,
    port: number,
    more?: Partial<Pick<Publication, 'protocol' | 'metadata' | 'group' | 'address'>>,
  ): void;
  unpublish(dataId: string): void;
  /** Of the default group. */
  subscribe(dataId: string): void;
  report(edges?: readonly EdgeReport[], rules?: readonly RuleReport[], healthy?: boolean): void;
  close(): Promise<void>;
}

export interface MeshClientOptions {
  readonly address: string;
  readonly credentials: { readonly accessKey: string; readonly secret: string };
  readonly id: string;
  readonly app: string;
  /** 10.0.0.1 when not given. */
  readonly ip?: string;
  /** `Z1` when not given. */
  readonly zone?: string;
  readonly dataCenter?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What is subscribed beside the rate limits of the app. */
  readonly dataIds?: readonly string[];
  /** Why an update is refused; null to accept. */
  readonly judge?: (update: ResourceUpdate<DynamicValue>) => readonly Rejection[];
  readonly answer?: (query: AdminQuery) => AdminAnswer;
}

export const BOUNDS_MS = [1, 2, 5, 10, 20, 50, 100, 200];

export function openMeshClient(options: MeshClientOptions): MeshClient {
  const node: NodeInfo = {
    id: options.id,
    app: options.app,
    ip: options.ip ?? '10.0.0.1',
    zone: options.zone ?? 'Z1',
    dataCenter: options.dataCenter ?? '',
    cluster: '',
    labels: options.labels ?? {},
    version: '0.1.0',
    pid: 1,
    startedAtMs: Date.now(),
    adminPort: 0,
  };
  const link = createLink({
    addresses: [options.address],
    node,
    credentials: options.credentials,
    transport: createGrpcTransport(),
  });
  const values = new Map<string, string>();
  const client = createDistributionClient({ link });
  const dataIds = [ruleDataId('LIMIT', options.app), ruleDataId('LIMIT', '*'), ...(options.dataIds ?? [])];
  client.subscribe(dynamicValueType, dataIds, (update) => {
    const rejections = options.judge?.(update) ?? [];
    for (const { name, value } of update.updated)
      if (!rejections.some((rejection) => rejection.name === name))
        values.set(name, Buffer.from(value.value).toString('utf8'));
    return rejections;
  });
  const session = createRegistrySession({ link });
  const reports = createReportStream({
    link,
    ...(options.answer === undefined ? {} : { onAdminQuery: options.answer }),
  });
  return {
    node,
    values,
    publish(dataId, port, more = {}) {
      const publication: Publication = {
        registId: dataId,
        dataId,
        instanceId: '000001',
        group: 'DEFAULT_GROUP',
        protocol: 'Http1',
        address: node.ip,
        port,
        weight: 100,
        metadata: { mesh: 'weft' },
        ...more,
      };
      session.publish(publication);
    },
    unpublish(dataId) {
      session.unpublish(dataId);
    },
    subscribe(dataId) {
      const name = formatDataInfoId({ dataId, instanceId: '000001', group: 'DEFAULT_GROUP' });
      client.subscribe(serviceEndpointsType, [name], () => []);
    },
    report(edges = [], rules = [], healthy = true) {
      reports.report({
        atMs: Date.now(),
        edges,
        rules,
        histogramBoundsMs: BOUNDS_MS,
        process: { cpuUs: 50_000, rssBytes: 1e8, connections: 3, requests: 0 },
        health: [{ name: 'drm', healthy, message: healthy ? '' : 'a value is refused' }],
        configDigest: 'd1',
        applied: [],
        events: [],
      });
    },
    async close() {
      await session.close();
      reports.close();
      await client.close();
      link.close();
    },
  };
}
