import type { ClusterConfig } from '@weft/schema';
import type { ClusterProgram, HostProgram } from '../cluster/index.ts';
import { formatAddress, parseAddress } from './addresses.ts';
import type { ExtensionCatalog } from './catalog.ts';
import type { ClusterSlots } from './cluster-slots.ts';
import { digestOf } from './digest.ts';
import { below, CompileNotes, parseExtensionConfig, unknownName } from './extension-config.ts';
import type { ExtensionUse } from './program.ts';

/** A link with this much unwritten takes no new streams; below a typical turn's worth of requests it would only split them. */
const MIN_CONNECTION_BUFFER_BYTES = 1024 * 1024;

/** A cluster without what differs from thread to thread. */
export type ClusterSpec = Omit<ClusterProgram, 'stats'> & {
  readonly digest: string;
  /** How the control thread checks its hosts; null = not at all. */
  readonly healthCheck: ExtensionUse | null;
};

/** Addresses of names, as last resolved. */
export type ResolvedNames = ReadonlyMap<string, readonly string[]>;

interface ClusterServices {
  readonly catalog: ExtensionCatalog;
  readonly slots: ClusterSlots;
  readonly names: ResolvedNames;
}

/** Undefined when there are problems, which are in `notes` then. */
export async function compileCluster(
  config: ClusterConfig,
  path: string,
  { catalog, slots, names }: ClusterServices,
  notes: CompileNotes,
): Promise<ClusterSpec | undefined> {
  const balanced = await notes.attempt(async () => {
    if (!catalog.has('load-balancer', config.lb_type))
      throw unknownName(`${path}.lb_type`, config.lb_type, catalog.names('load-balancer'), 'load balancer');
    const balancer = await catalog.load('load-balancer', config.lb_type);
    // Keys of other balancers are no reason to warn.
    const parsed = parseExtensionConfig(config.lbconfig, balancer.schema, `${path}.lbconfig`, new CompileNotes());
    return { name: balancer.name, config: parsed };
  });
  const healthCheck = await notes.attempt(() => compileHealthCheck(config, `${path}.health_check`, catalog, notes));
  if (balanced === undefined || healthCheck === undefined) return undefined;
  const hosts = expandHosts(config, names);
  const memory = slots.place(
    config.name,
    hosts.map((host) => host.address),
  );
  const limits = config.circuit_breakers[0];
  const spec = {
    name: config.name,
    loadBalancer: balanced.name,
    loadBalancerConfig: balanced.config,
    hosts: hosts.map((host): HostProgram => ({ ...host, slot: memory.slot(host.address) })),
    limits: {
      maxConnections: limits?.max_connections ?? 0,
      maxPendingRequests: limits?.max_pending_requests ?? 0,
      maxRequests: limits?.max_requests ?? 0,
      maxRetries: limits?.max_retries ?? 0,
    },
    connectTimeoutMs: config.connect_timeout,
    idleTimeoutMs: config.idle_timeout,
    maxRequestsPerConnection: config.max_request_per_conn,
    connectionBufferBytes: Math.max(config.conn_buffer_limit_bytes, MIN_CONNECTION_BUFFER_BYTES),
    heartbeatIntervalMs: config.keepalive.interval,
    heartbeatTimeoutMs: config.keepalive.timeout,
    hostsWaitMs: config.weft.hosts_wait,
    connectEjectionMs: config.weft.connect_ejection,
    protectPercent: config.weft.protect_threshold,
  };
  return {
    ...spec,
    digest: digestOf([spec, memory.health.byteLength]),
    health: memory.health,
    resources: memory.resources,
    healthCheck,
  };
}

async function compileHealthCheck(
  config: ClusterConfig,
  path: string,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
): Promise<ExtensionUse | null> {
  const check = config.health_check;
  if (check === undefined || (check.service_name === '' && check.protocol === '')) return null;
  // As MOSN: a protocol without a checker of its own is checked by connecting.
  const own = catalog.has('health-checker', check.protocol);
  const checker = await catalog.load('health-checker', own ? check.protocol : 'tcp');
  const parsed = parseExtensionConfig(own ? check.check_config : {}, checker.schema, `${path}.check_config`, notes);
  // Created once here, so that what only the checker can judge stops the start.
  below(`${path}.check_config`, () => checker.create(parsed));
  return { name: checker.name, config: parsed };
}

/** A configuration never changes: long lists of hosts are looked through once. */
const NAMES = new WeakMap<ClusterConfig, readonly { name: string; port: number }[]>();

/** Names that a cluster wants resolved. */
export function namesOf(config: ClusterConfig): readonly { name: string; port: number }[] {
  const known = NAMES.get(config);
  if (known !== undefined) return known;
  const names: { name: string; port: number }[] = [];
  for (const host of config.hosts) {
    const address = parseAddress(host.address);
    if (address !== null && !address.literal) names.push({ name: address.host, port: address.port });
  }
  NAMES.set(config, names);
  return names;
}

function expandHosts(config: ClusterConfig, names: ResolvedNames): Omit<HostProgram, 'slot'>[] {
  const hosts = new Map<string, Omit<HostProgram, 'slot'>>();
  for (const host of config.hosts) {
    const address = parseAddress(host.address);
    if (address === null) continue;
    const { weight } = host;
    const labels = labelsOf(host);
    if (address.path !== '') {
      hosts.set(host.address, {
        address: host.address,
        host: '',
        port: 0,
        path: address.path,
        hostname: host.hostname,
        weight,
        labels,
      });
      continue;
    }
    const ips = address.literal ? [address.host] : (names.get(address.host) ?? []);
    const hostname = host.hostname !== '' ? host.hostname : address.literal ? '' : address.host;
    for (const ip of ips) {
      const key = formatAddress(ip, address.port);
      hosts.set(key, { address: key, host: ip, port: address.port, path: '', hostname, weight, labels });
    }
  }
  return [...hosts.values()];
}

function labelsOf({ metadata }: ClusterConfig['hosts'][number]): HostProgram['labels'] {
  const labels = metadata?.filter_metadata?.['mosn.lb'];
  return labels === undefined || Object.keys(labels).length === 0 ? null : labels;
}
