export * from './objects.ts';
export { osp } from './routes.ts';
