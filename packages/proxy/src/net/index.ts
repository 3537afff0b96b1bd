export { Connection, type ConnectionOwner, type ConnectTarget, type DetachedConnection } from './connection.ts';
export { NetContext, type NetContextOptions, Pressure, READ_BUFFER_BYTES } from './context.ts';
export { Acceptor, type AcceptorOptions } from './acceptor.ts';
export { canDuplicate, duplicateDescriptor, takeHandle, type TcpHandle, wrapForTransfer } from './platform.ts';
