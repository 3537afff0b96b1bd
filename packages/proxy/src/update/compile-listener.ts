import type { ListenerConfig } from '@weft/schema';
import type { SuppliedMapping, TerminalPlan } from '@weft/sdk';
import { compileAccessLog } from '@weft/telemetry/access-log';
import { resolveVariable } from '../exchange/index.ts';
import { parseAddress } from './addresses.ts';
import type { ExtensionCatalog } from './catalog.ts';
import { compileTranscoders } from './compile-transcoders.ts';
import { digestOf } from './digest.ts';
import { below, type CompileNotes, configError, parseExtensionConfig, unknownName } from './extension-config.ts';
import type { AccessLogProgram, ExtensionUse, FilterUse, ListenerProgram } from './program.ts';

/** A listener without what differs from thread to thread. */
export type ListenerSpec = Omit<ListenerProgram, 'stats'> & {
  /** Path of a Unix socket, '' for TCP. */
  readonly path: string;
};

/** Gives a log file its index. */
export type LogIndex = (path: string) => number;

/** Undefined when there are problems, which are in `notes` then. */
export async function compileListener(
  config: ListenerConfig,
  path: string,
  catalog: ExtensionCatalog,
  logIndex: LogIndex,
  notes: CompileNotes,
  supplied: readonly SuppliedMapping[] = [],
): Promise<ListenerSpec | undefined> {
  const before = notes.problems.length;
  const address =
    config.network === 'unix'
      ? { host: '', port: 0, path: config.address.replace(/^unix:/, ''), literal: true }
      : parseAddress(config.address);
  if (address === null)
    notes.fail(configError(`${path}.address`, config.address, '`ip:port`, `[ipv6]:port` or `:port`', 'not an address'));
  const name = config.name === '' ? config.address : config.name;
  const plans = await compilePlans(config, path, catalog, notes);
  const [plan = null, next = null] = plans;
  checkChain(config, plans, `${path}.filter_chains[0].filters`, notes);
  const at = `${path}.filter_chains[0].filters`;
  const protocols =
    plan === null ? [] : ((await notes.attempt(() => compileProtocols(plan, `${at}[0].config`, catalog, notes))) ?? []);
  let fallback: ExtensionUse | null = null;
  if (plan?.fallThrough === true && next !== null)
    fallback = (await notes.attempt(() => compileProtocols(next, `${at}[1].config`, catalog, notes)))?.[0] ?? null;
  const callers = new Set(protocols.map((use) => catalog.get('protocol', use.name).family));
  const filters: FilterUse[] = [];
  for (const [index, filter] of config.stream_filters.entries()) {
    const place = `${path}.stream_filters[${index}]`;
    await notes.attempt(async () => {
      if (!catalog.has('stream-filter', filter.type))
        throw unknownFilter(`${place}.type`, filter.type, catalog.names('stream-filter'));
      const definition = await catalog.load('stream-filter', filter.type);
      const parsed = parseExtensionConfig(filter.config, definition.schema, `${place}.config`, notes);
      // Created once here, so that what only the filter can judge stops the start and not a data thread.
      below(`${place}.config`, () => definition.create(parsed));
      const transcoders = await compileTranscoders(
        definition,
        parsed,
        `${place}.config`,
        catalog,
        notes,
        callers,
        supplied,
      );
      filters.push({ name: definition.name, config: parsed, transcoders });
    });
  }
  for (const [index, log] of config.access_logs.entries()) {
    // A misspelt variable stops the start here instead of surprising a data thread.
    await notes.attempt(() =>
      compileAccessLog(log.log_format, resolveVariable, `${path}.access_logs[${index}].log_format`),
    );
  }
  // Log files are opened for a listener that can be used only.
  if (notes.problems.length > before || address === null || plan === null) return undefined;
  const accessLogs = config.access_logs.map((log): AccessLogProgram => {
    const file = log.log_path === '' ? `${name.replace(/[^A-Za-z0-9_.-]/g, '_')}_access.log` : log.log_path;
    return { fileIndex: logIndex(file), format: log.log_format };
  });
  const tunnel = plan.idleTimeoutMs > 0 ? plan.idleTimeoutMs : (next?.idleTimeoutMs ?? 0);
  const spec = {
    name,
    type: config.type ?? '',
    host: address.host === 'localhost' ? '127.0.0.1' : address.host,
    port: address.port,
    path: address.path,
    bound: config.bind_port,
    protocols,
    detects: protocols.length > 1 || plan.fallThrough || plan.protocols.some((item) => item.toLowerCase() === 'auto'),
    fallback,
    routerName: plan.routerName,
    addressRoutes: plan.routes.length > 0 ? plan.routes : (next?.routes ?? []),
    filters,
    accessLogs,
    idleTimeoutMs: config.connection_idle_timeout,
    tunnelIdleTimeoutMs: tunnel,
  };
  return { ...spec, digest: digestOf(spec) };
}

/** The first filter takes every connection, but for those that it leaves to the second one. */
function checkChain(
  config: ListenerConfig,
  plans: readonly (TerminalPlan | undefined)[],
  path: string,
  notes: CompileNotes,
): void {
  const filters = config.filter_chains[0]?.filters ?? [];
  const [first, second] = plans;
  if (filters.length === 0)
    notes.fail(configError(path, undefined, 'a filter such as proxy or tcp_proxy', 'the chain has no filter'));
  if (filters.length < 2 || first === undefined) return;
  const used = first.fallThrough ? 2 : 1;
  const type = filters[used]?.type;
  if (type !== undefined)
    notes.fail(
      configError(
        `${path}[${used}].type`,
        type,
        `${used} network filter${used === 1 ? '' : 's'}`,
        'no connection would reach this filter',
        used === 1
          ? 'with fallback_for_unknown_protocol the filter before it leaves it what it does not know'
          : undefined,
      ),
    );
  if (first.fallThrough && second !== undefined && second.routes.length === 0)
    notes.fail(
      configError(
        `${path}[1].type`,
        filters[1]?.type,
        'tcp_proxy',
        'connections that no protocol knows can only be passed on byte by byte',
      ),
    );
}

async function compilePlans(
  config: ListenerConfig,
  path: string,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
): Promise<(TerminalPlan | undefined)[]> {
  const plans: (TerminalPlan | undefined)[] = [];
  const filters = config.filter_chains[0]?.filters ?? [];
  for (const [index, filter] of filters.entries()) {
    const at = `${path}.filter_chains[0].filters[${index}]`;
    const plan = await notes.attempt(async () => {
      if (!catalog.has('network-filter', filter.type))
        throw unknownFilter(`${at}.type`, filter.type, catalog.names('network-filter'));
      const definition = await catalog.load('network-filter', filter.type);
      const parsed = parseExtensionConfig(filter.config, definition.schema, `${at}.config`, notes);
      return below(`${at}.config`, () => definition.plan(parsed));
    });
    plans.push(plan);
  }
  return plans;
}

async function compileProtocols(
  plan: TerminalPlan,
  path: string,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
): Promise<ExtensionUse[]> {
  const uses: ExtensionUse[] = [];
  const configured = new Map(Object.entries(plan.protocolConfig).map(([name, value]) => [name.toLowerCase(), value]));
  const auto = plan.protocols.some((name) => name.toLowerCase() === 'auto');
  for (const name of auto ? catalog.names('protocol') : plan.protocols) {
    if (!catalog.has('protocol', name))
      throw unknownName(`${path}.downstream_protocol`, name, [...catalog.names('protocol'), 'Auto'], 'protocol');
    const definition = await catalog.load('protocol', name);
    if (auto && definition.detectBytes === 0) continue;
    uses.push({
      name: definition.name,
      config: parseExtensionConfig(
        configured.get(definition.name.toLowerCase()),
        definition.schema,
        `${path}.extend_config.${definition.name}`,
        notes,
      ),
    });
  }
  for (const name of configured.keys()) {
    if (catalog.has('protocol', name)) continue;
    notes.warn({
      file: '',
      path: `${path}.extend_config`,
      value: JSON.stringify(name),
      expected: `one of ${catalog.names('protocol').join(', ')}`,
      message: 'no protocol has this name; the key is ignored',
    });
  }
  return uses;
}

function unknownFilter(path: string, name: string, known: readonly string[]): Error {
  return unknownName(path, name, known, 'filter', 'a filter that is not there would silently not filter');
}
