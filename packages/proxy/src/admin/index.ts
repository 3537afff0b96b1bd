export { adminRoutes, type AdminTarget } from './routes.ts';
export { AdminServer } from './server.ts';
