import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Who stands behind a call from this machine, when it is a web page or somebody beyond a reverse proxy; null otherwise.
 * A page can send a GET, an image is enough; a name of its own that leads here (rebinding) is told by the Host header.
 */
export function strangerOf({ headers }: FastifyRequest): string | null {
  if (headers.origin !== undefined || headers.referer !== undefined) return 'the call is from a web page';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') return 'the call is from a web page';
  if (headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined)
    return 'the call came through a reverse proxy';
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === '' || name === 'localhost' || isIP(name) !== 0
    ? null
    : 'the Host header is neither an IP address nor localhost';
}

export const isLoopback = (address: string | undefined): boolean =>
  address === undefined || address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
