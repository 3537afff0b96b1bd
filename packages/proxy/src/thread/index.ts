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
export { setThreadFlags } from './v8-flags.ts';
