export { DELTA_METHOD } from './discovery.ts';
export { endpointLabels, labelName } from './endpoint-labels.ts';
export type * from './node.ts';
export type * from './registry.ts';
export { REGISTRY_METHOD } from './registry-messages.ts';
export {
  CONFIG_DIGEST_TYPE,
  DYNAMIC_VALUE_TYPE,
  digestOf,
  dynamicValueType,
  opaqueType,
  SERVICE_ENDPOINTS_TYPE,
  serviceEndpointsType,
} from './resource-types.ts';
export type * from './resources.ts';
export * from './telemetry.ts';
export { REPORTS_METHOD } from './telemetry-messages.ts';
