import type net from 'node:net';
import { ResetReason } from '@weft/sdk';

/** `host:port`, an IPv6 host in brackets and one that is IPv4 in truth as such; '' where the socket has no address. */
export function joinAddress(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return '';
  if (address.startsWith('::ffff:')) return `${address.slice(7)}:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Why a connection is over whose socket gave this error. */
export function reasonOf(error: Error, { connecting }: Pick<net.Socket, 'connecting'>): ResetReason {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === 'connect' || connecting) return ResetReason.CONNECT_FAILED;
  return code === 'ECONNRESET' ? ResetReason.REMOTE_RESET : ResetReason.CONNECTION_LOST;
}
