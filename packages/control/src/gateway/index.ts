export type { ComponentView } from './component-paths.ts';
export type { DebugView, DebugViews } from './debug-paths.ts';
export { createGateway, type Gateway, type GatewayOptions, toPattern } from './gateway.ts';
export type { RateLimits } from './rate-limit.ts';
export type { Tunable, Tunables } from './tunables.ts';
export { invalidRequest, toPointer } from './validate.ts';
