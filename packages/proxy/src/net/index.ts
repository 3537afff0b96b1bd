export { Acceptor, type AcceptorOptions } from './acceptor.ts';
export { type ByteCells, ByteCounts } from './byte-counts.ts';
export { Connection, type ConnectionOwner, type ConnectTarget, type DetachedConnection } from './connection.ts';
export { type BehindTask, NetContext, type NetContextOptions, Pressure, READ_BUFFER_BYTES } from './context.ts';
export {
  canDuplicate,
  duplicateDescriptor,
  kernelThreadId,
  openMemoryTrim,
  type TcpHandle,
  takeHandle,
  wrapForTransfer,
} from './platform.ts';
