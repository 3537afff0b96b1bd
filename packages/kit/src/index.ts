export * from './bytes/index.ts';
export * from './clock/index.ts';
export * from './collections/index.ts';
export * from './errors/index.ts';
export * from './log/index.ts';
export * from './random/index.ts';
