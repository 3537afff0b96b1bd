export { type AdminTarget, adminRoutes, type TestHooks } from './routes.ts';
export { AdminServer } from './server.ts';
export { maskByName } from './mask.ts';
