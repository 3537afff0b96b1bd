export * from './client/index.ts';
export * from './contract/index.ts';
export * from './document/index.ts';
export * from './drm/index.ts';
export * from './ms/index.ts';
export * from './osp/index.ts';
export * from './registry/index.ts';
export * from './rules/index.ts';
