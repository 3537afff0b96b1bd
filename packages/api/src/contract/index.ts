export * from './errors.ts';
export * from './fields.ts';
export * from './permissions.ts';
export * from './route.ts';
