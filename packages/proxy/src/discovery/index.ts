export type { OpenProbe } from './app-check.ts';
export { Discovery, type DiscoveryOptions } from './discovery.ts';
export { LocalApi } from './local-api.ts';
export type { NamingOf } from './naming.ts';
export { openProbeOf } from './open-probe.ts';
export { type RoutedService, ServiceOverlay } from './overlay.ts';
export type { CanConvert } from './protocol-table.ts';
export { DiscoveryRefusal } from './refusal.ts';
export type { RegistryPort, ServiceList } from './registry-port.ts';
