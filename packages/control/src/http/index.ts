export {
  type AuditEntry,
  type Call,
  type CallContext,
  type Caller,
  type EventStream,
  type Handler,
  type Handlers,
  type Mount,
  mount,
  type Place,
} from './call.ts';
export { ApiFailure, invalid, lacks, notFound, retryAfter } from './failure.ts';
export { type Page, pageOfQuery, pageOfRows, sortOfQuery } from './paging.ts';
