export * from './limit-rules.ts';
export * from './monitor.ts';
export { ms } from './routes.ts';
export * from './services.ts';
export * from './sidecars.ts';
