export { mosnConfigSchema } from './gen/mosn-config.gen.ts';
export type {
  DeepReadonly,
  FieldClass,
  FormHints,
  FormTexts,
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaNode,
} from './json-schema.ts';
export { type LoadedConfig, loadConfigFile, parseMosnConfig } from './load/load-config-file.ts';
export { readDocument } from './load/read-document.ts';
export { tabHint } from './load/tab-hint.ts';
export type { AdminConfig } from './mosn/admin.ts';
export { checkMosnConfig } from './mosn/check.ts';
export { compileSubstitution } from './mosn/check-rewrite.ts';
export type { CircuitBreakerConfig, ClusterConfig, ClusterManagerConfig, HostConfig } from './mosn/cluster.ts';
export type { HeaderToAdd, NetworkFilterConfig, StreamFilterConfig } from './mosn/common.ts';
export type { MosnConfig } from './mosn/config.ts';
export type { GovernanceConfig } from './mosn/governance.ts';
export type { HealthCheckConfig } from './mosn/health-check.ts';
export type { AccessLogConfig, FilterChainConfig, ListenerConfig } from './mosn/listener.ts';
export type { DiscoveryConfig, MeshConfig, MeshProtocolConfig } from './mosn/mesh.ts';
export type { MetricsConfig } from './mosn/metrics.ts';
export type {
  RetryPolicyConfig,
  RouteActionConfig,
  RouteConfig,
  RouterConfig,
  VirtualHostConfig,
} from './mosn/route.ts';
export type { ServerConfig } from './mosn/server.ts';
export type { WeftConfig } from './mosn/weft.ts';
export { maskSecrets } from './parse/mask-secrets.ts';
export { nearestName } from './parse/nearest.ts';
export { type ParseOptions, type ParseResult, parseConfig } from './parse/parse-config.ts';
export { printConfig } from './parse/print-config.ts';
export { formatBytes, formatDuration, parseBytes, parseDuration } from './parse/scalars.ts';
