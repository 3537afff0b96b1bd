export { ApiError } from './api-error.ts';
export {
  type ApiClient,
  type CallInput,
  type CallOptions,
  type ClientOptions,
  createApiClient,
  routeUrl,
} from './client.ts';
export { type ServerEvent, watchEvents } from './events.ts';
export { type RuleCalls, ruleCalls } from './rule-calls.ts';
