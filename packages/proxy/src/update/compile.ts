import { ConfigError, type ConfigProblem } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { type CodecLimits, DEFAULT_CODEC_LIMITS, type SuppliedMapping } from '@weft/sdk';
import type { RecordSettings } from '../governance/recorder.ts';
import type { RouterProgram } from '../route/index.ts';
import type { ExtensionCatalog } from './catalog.ts';
import { checkFamilies } from './check-families.ts';
import type { ClusterSlots } from './cluster-slots.ts';
import { type ClusterSpec, compileCluster, namesOf, type ResolvedNames } from './compile-cluster.ts';
import { compileGovernance, type RuleDocumentSource } from './compile-governance.ts';
import { compileListener, type ListenerSpec, type LogIndex } from './compile-listener.ts';
import { CompileMemo } from './compile-memo.ts';
import { compileRouter } from './compile-router.ts';
import { digestOf } from './digest.ts';
import { CompileNotes, parseExtensionConfig, TooManyProblems } from './extension-config.ts';
import { knownVariables } from './known-variables.ts';
import type { ExtensionUse, SettingsProgram } from './program.ts';

/** A configuration, compiled on the control thread: plain data per resource, each with its digest. */
export interface Program {
  readonly generation: number;
  /** SHA-256 over the digests of all resources, by name. */
  readonly digest: string;
  readonly settings: SettingsProgram;
  readonly routers: readonly RouterProgram[];
  readonly clusters: readonly ClusterSpec[];
  readonly listeners: readonly ListenerSpec[];
  /** Documents of governance rules that the configuration brings. */
  readonly rules: readonly RuleDocumentSource[];
}

export interface CompileServices {
  readonly catalog: ExtensionCatalog;
  readonly slots: ClusterSlots;
  readonly names: ResolvedNames;
  readonly logIndex: LogIndex;
  /** Mappings that rules in force bring; none without it. The same object as before while they have not changed. */
  readonly supplied?: readonly SuppliedMapping[];
  /** Most downstream connections that the descriptors of the process allow. */
  readonly descriptorBound: number;
  /** What was compiled before, for whoever compiles the same configuration again with other services. */
  readonly memo?: CompileMemo;
  /** Names the file of a problem; without it problems name none. */
  readonly locate?: (problem: ConfigProblem) => ConfigProblem;
}

/**
 * Compiles a parsed configuration. Nothing of the running proxy changes.
 * @throws ConfigError for what only extensions can judge (their own configuration, unknown names): the first 20 problems,
 * and the warnings beside them
 */
export async function compileProgram(
  config: MosnConfig,
  generation: number,
  services: CompileServices,
): Promise<{ program: Program; warnings: ConfigProblem[] }> {
  const { locate } = services;
  if (locate === undefined) return await compile(config, generation, services);
  try {
    const { program, warnings } = await compile(config, generation, services);
    return { program, warnings: warnings.map(locate) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map(locate), error.warnings.map(locate));
  }
}

async function compile(
  config: MosnConfig,
  generation: number,
  services: CompileServices,
): Promise<{ program: Program; warnings: ConfigProblem[] }> {
  const notes = new CompileNotes();
  services.slots.begin();
  try {
    const resources = await compileResources(config, services, notes);
    if (notes.problems.length === 0)
      return { program: await assemble(config, generation, services, resources), warnings: notes.warnings };
  } catch (error) {
    if (!(error instanceof TooManyProblems)) throw error;
  }
  throw new ConfigError(notes.problems, notes.warnings);
}

const NO_MAPPINGS: readonly SuppliedMapping[] = [];

type Resources = Pick<Program, 'routers' | 'clusters' | 'listeners' | 'rules'>;

/** Every resource; one that has problems is told in `notes` and left out. */
async function compileResources(
  config: MosnConfig,
  services: CompileServices,
  notes: CompileNotes,
): Promise<Resources> {
  const { catalog, slots, supplied = NO_MAPPINGS } = services;
  const memo = services.memo ?? new CompileMemo();
  const server = config.servers[0] as MosnConfig['servers'][number];
  const isVariable = await memo.variables.take(server.listeners, [], notes, () =>
    knownVariables(server.listeners, catalog),
  );
  const routers: RouterProgram[] = [];
  for (const [index, router] of server.routers.entries())
    routers.push(
      await memo.routers.take(router, [isVariable], notes, (own) =>
        compileRouter(router, `servers[0].routers[${index}]`, catalog, isVariable, own),
      ),
    );
  const clusters: ClusterSpec[] = [];
  for (const [index, cluster] of config.cluster_manager.clusters.entries()) {
    const known = memo.cluster(cluster, slots);
    if (known !== null) {
      clusters.push(known);
      continue;
    }
    const before = notes.warnings.length;
    const spec = await compileCluster(cluster, `cluster_manager.clusters[${index}]`, services, notes);
    if (spec === undefined) continue;
    clusters.push(spec);
    // Names may have other addresses next time, and what is warned of is said each time.
    if (namesOf(cluster).length === 0 && notes.warnings.length === before) memo.keepCluster(cluster, spec, slots);
  }
  const listeners: ListenerSpec[] = [];
  for (const [index, listener] of server.listeners.entries()) {
    const spec = await memo.listeners.take(listener, [supplied], notes, (own) =>
      compileListener(listener, `servers[0].listeners[${index}]`, catalog, services.logIndex, own, supplied),
    );
    if (spec !== undefined) listeners.push(spec);
  }
  await checkFamilies(server.routers, listeners, catalog, notes);
  const rules = await memo.governance.take(config.governance, [config.mesh], notes, (own) =>
    compileGovernance(config, catalog, own),
  );
  return { routers, clusters, listeners, rules };
}

async function assemble(
  config: MosnConfig,
  generation: number,
  { catalog, descriptorBound }: CompileServices,
  { routers, clusters, listeners, rules }: Resources,
): Promise<Program> {
  const settings = await compileSettings(config, routers, listeners, catalog, descriptorBound);
  const lines = [...routers, ...clusters, ...listeners].map((item) => `${item.name}=${item.digest}`);
  const digest = digestOf([settings, ...lines.sort(), ...(rules.length === 0 ? [] : [rules])]);
  return { generation, digest, settings, routers, clusters, listeners, rules };
}

async function compileSettings(
  config: MosnConfig,
  routers: readonly RouterProgram[],
  listeners: readonly ListenerSpec[],
  catalog: ExtensionCatalog,
  descriptorBound: number,
): Promise<SettingsProgram> {
  const { weft } = config;
  const limits: CodecLimits = {
    ...DEFAULT_CODEC_LIMITS,
    maxHeadBytes: weft.max_header_bytes,
    maxHeaderCount: weft.max_header_count,
  };
  return {
    detectTimeoutMs: weft.detect_timeout,
    detectMaxBytes: weft.detect_max_bytes,
    headTimeoutMs: weft.request_head_timeout,
    countsEdges: config.mesh !== undefined,
    record: recordSettings(config),
    expectsRules: config.mesh?.control !== undefined,
    retryBufferBytes: weft.retry_buffer_bytes,
    streamBufferBytes: weft.per_stream_buffer_bytes,
    connectionBufferBytes: weft.per_connection_buffer_bytes,
    maxConnections: Math.min(weft.max_connections, descriptorBound),
    limits,
    upstreamProtocols: await upstreamProtocols(routers, listeners, catalog),
  };
}

/** In a mesh somebody may ask; elsewhere where the file says so. */
function recordSettings({ mesh, governance }: MosnConfig): RecordSettings | null {
  const { enabled, samples_per_second, noticed_per_second, max_bytes, max_age, redact } = governance.record;
  if (enabled === 'off' || (enabled === 'auto' && mesh?.control === undefined)) return null;
  return {
    samplesPerSecond: samples_per_second,
    noticedPerSecond: noticed_per_second,
    maxBytes: max_bytes,
    maxAgeMs: max_age,
    redact,
  };
}

/** Protocols that requests can go out with: those of listeners, and those that transcoders and routes name. */
async function upstreamProtocols(
  routers: readonly RouterProgram[],
  listeners: readonly ListenerSpec[],
  catalog: ExtensionCatalog,
): Promise<ExtensionUse[]> {
  const uses = new Map<string, ExtensionUse>();
  for (const listener of listeners) {
    for (const use of [...listener.protocols, ...(listener.fallback === null ? [] : [listener.fallback])])
      if (!uses.has(use.name)) uses.set(use.name, use);
  }
  const add = async (name: string): Promise<void> => {
    if (name === '' || name.toLowerCase() === 'auto' || !catalog.has('protocol', name)) return;
    const definition = await catalog.load('protocol', name);
    if (uses.has(definition.name)) return;
    const config = parseExtensionConfig({}, definition.schema, '', new CompileNotes());
    uses.set(definition.name, { name: definition.name, config });
  };
  for (const { filters } of listeners)
    for (const { transcoders } of filters) for (const { protocol } of transcoders.flat()) await add(protocol);
  for (const router of routers) {
    for (const host of router.virtualHosts) {
      for (const route of host.routes) if (route.action.kind === 'forward') await add(route.action.upstreamProtocol);
    }
  }
  return [...uses.values()];
}
