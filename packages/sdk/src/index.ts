export * from './extension.ts';
export * from './filter/index.ts';
export * from './governance-rule/index.ts';
export * from './health-checker/index.ts';
export * from './load-balancer/index.ts';
export * from './protocol/index.ts';
export type { JsonSchema } from './schema.ts';
export * from './transcoder/index.ts';
