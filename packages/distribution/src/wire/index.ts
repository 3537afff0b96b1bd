export type * from './node.ts';
export type * from './registry.ts';
export type * from './resources.ts';
export * from './telemetry.ts';
