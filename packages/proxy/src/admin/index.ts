export { refusal } from './guard.ts';
export { maskByName } from './mask.ts';
export { createServer } from './node-http.ts';
export { reasonOf } from './reason.ts';
export {
  type AdminTarget,
  adminRoutes,
  type Breaker,
  type Isolated,
  type IsolatedQuery,
  type TestHooks,
} from './routes.ts';
export { type AdminRoute, AdminServer } from './server.ts';
