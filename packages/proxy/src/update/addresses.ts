import net from 'node:net';

export interface ParsedAddress {
  /** IP address or host name; '' for a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The host is an IP address (or a path): nothing has to be resolved. */
  readonly literal: boolean;
}

/** Reads `ip:port`, `[ipv6]:port`, `host:port`, `:port` (loopback) or `unix:/path`; null when it is none of them. */
export function parseAddress(text: string): ParsedAddress | null {
  if (text.startsWith('unix:')) return { host: '', port: 0, path: text.slice(5), literal: true };
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const port = Number(match[3]);
  if (port > 65_535) return null;
  const host = match[1] ?? match[2] ?? '';
  if (host === '') return { host: '127.0.0.1', port, path: '', literal: true };
  return { host, port, path: '', literal: net.isIP(host) !== 0 };
}

/** The address as hosts are identified by it. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
