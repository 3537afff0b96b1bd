export { maskByName } from './mask.ts';
export { reasonOf } from './reason.ts';
export { type AdminTarget, adminRoutes, type TestHooks } from './routes.ts';
export { AdminServer } from './server.ts';
export { refusal } from './guard.ts';
