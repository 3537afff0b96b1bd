export { refusal } from './guard.ts';
export { maskByName } from './mask.ts';
export { createServer } from './node-http.ts';
export { reasonOf } from './reason.ts';
export { adminRoutes } from './routes.ts';
export { type AdminRoute, AdminServer } from './server.ts';
export type { AdminTarget, Breaker, Isolated, IsolatedQuery, TestHooks } from './target.ts';
