export * from './client/index.ts';
export * from './grpc/index.ts';
export * from './server/index.ts';
export * from './snapshot/index.ts';
export * from './transport/index.ts';
export * from './wire/index.ts';
