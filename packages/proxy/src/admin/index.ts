export { adminRoutes, type AdminTarget, type TestHooks } from './routes.ts';
export { AdminServer } from './server.ts';
