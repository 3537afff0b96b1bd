export * from './objects.ts';
export { drm } from './routes.ts';
