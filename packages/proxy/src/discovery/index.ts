export { Discovery, type DiscoveryOptions, DiscoveryRefusal } from './discovery.ts';
export { LocalApi } from './local-api.ts';
export type { NamingOf } from './naming.ts';
export { type RoutedService, ServiceOverlay } from './overlay.ts';
export type { RegistryPort, ServiceList } from './registry-port.ts';
