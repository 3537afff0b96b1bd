import type { TerminalPlan } from '@weft/sdk';
import type { ProxyConfig } from './schema.ts';

type ProtocolConfig = TerminalPlan['protocolConfig'];

/** The name under which MOSN gathered its RPC protocols, and the key that listed them. */
const LEGACY_FAMILY = 'X';
const LEGACY_LIST = 'sub_protocol';

export function planProxy(config: ProxyConfig): TerminalPlan {
  const { protocols, protocolConfig } = resolve(config);
  return {
    protocols,
    protocolConfig: byProtocol(protocols, protocolConfig),
    routerName: config.router_config_name,
    routes: [],
    fallThrough: config.fallback_for_unknown_protocol,
    idleTimeoutMs: 0,
  };
}

function resolve(config: ProxyConfig): { protocols: readonly string[]; protocolConfig: ProtocolConfig } {
  const protocols = names(config.downstream_protocol);
  if (protocols.length !== 1 || protocols[0] !== LEGACY_FAMILY) {
    return { protocols: orAuto(protocols), protocolConfig: config.extend_config };
  }
  const { [LEGACY_LIST]: list, ...protocolConfig } = config.extend_config;
  return { protocols: orAuto(typeof list === 'string' ? names(list) : []), protocolConfig };
}

/** Without a name nothing is ruled out. */
function orAuto(protocols: readonly string[]): readonly string[] {
  return protocols.length === 0 ? ['Auto'] : protocols;
}

/** Entries of a comma list, each once; names are compared without case. */
function names(list: string): string[] {
  const seen = new Map<string, string>();
  for (const part of list.split(',')) {
    const name = part.trim();
    if (name !== '' && !seen.has(name.toLowerCase())) seen.set(name.toLowerCase(), name);
  }
  return [...seen.values()];
}

/** Older files put the keys of the only protocol straight into `extend_config`; none of those keys holds an object. */
function byProtocol(protocols: readonly string[], config: ProtocolConfig): ProtocolConfig {
  const values = Object.values(config);
  const [only = ''] = protocols;
  if (protocols.length !== 1 || only.toLowerCase() === 'auto' || values.length === 0) return config;
  return values.some((value) => typeof value === 'object' && value !== null) ? config : { [only]: config };
}
