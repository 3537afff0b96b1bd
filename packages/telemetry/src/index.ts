export * from './access-log/index.ts';
export * from './edges/index.ts';
export * from './log/index.ts';
export * from './prometheus/index.ts';
export * from './ring/index.ts';
export * from './stats/index.ts';
