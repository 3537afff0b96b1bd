export { DataThread } from './data-thread.ts';
export type {
  AcceptSource,
  ConnectionRow,
  FromThread,
  MovedConnection,
  SharedState,
  ThreadInit,
  ThreadPort,
  ToThread,
} from './messages.ts';
