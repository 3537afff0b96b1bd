export { CopyRests } from './copy-rests.ts';
export { type ConnectionPlan, DownstreamConnection, type ListenerSlot } from './downstream-connection.ts';
export { EdgeRecorder } from './edge-recorder.ts';
export type { AccessLogger, DataPlane, ListenerRuntime } from './environment.ts';
export { DEFAULT_TIMEOUT_MS, Exchange } from './exchange.ts';
export type { ExchangeRecord } from './exchange-record.ts';
export { Flag, flagNames } from './flags.ts';
export { needsHeads, resolveVariable } from './variables.ts';
