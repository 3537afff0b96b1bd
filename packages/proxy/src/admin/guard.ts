import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import net from 'node:net';

/** Who may call: everybody, or only this machine and bearers of the token. */
export type Access = 'open' | 'guarded';

/** Why a call is refused, or null when it may proceed. */
export function refusal(
  request: IncomingMessage,
  access: Access,
  token: string | null,
): { readonly status: number; readonly message: string } | null {
  // A web page of somebody else must not be able to command the proxy through the browser of an operator.
  const { origin, host = '' } = request.headers;
  if (origin !== undefined) return { status: 403, message: 'calls from web pages are refused' };
  if (!isOwnName(host)) return { status: 403, message: 'the Host header must be an IP address or localhost' };
  if (access === 'open' || isLocal(request)) return null;
  if (token === null) return { status: 401, message: 'remote calls need a token: set weft.admin_token_file' };
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && equalSecrets(given, token)) return null;
  return { status: 401, message: 'this path needs `authorization: Bearer <token>`' };
}

function isLocal(request: IncomingMessage): boolean {
  const { remoteAddress } = request.socket;
  // A Unix socket has no address; its file mode is its guard.
  if (remoteAddress === undefined) return true;
  return remoteAddress === '::1' || remoteAddress.startsWith('127.') || remoteAddress.startsWith('::ffff:127.');
}

/** Rebinding a name to 127.0.0.1 does not get past this. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === '' || name === 'localhost' || net.isIP(name) !== 0;
}

function equalSecrets(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
