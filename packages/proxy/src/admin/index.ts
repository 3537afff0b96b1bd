export { refusal } from './guard.ts';
export { maskByName } from './mask.ts';
export { reasonOf } from './reason.ts';
export { type AdminTarget, adminRoutes, type TestHooks } from './routes.ts';
export { type AdminRoute, AdminServer } from './server.ts';
