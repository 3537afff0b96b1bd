import { isIP } from 'node:net';
import type { RequestQuestion } from '../update/index.ts';

const MAX_HEADERS = 64;

/** Reads the question about a request from a query, as it was asked; a text says what is wrong with it. */
export function requestQuestion(query: URLSearchParams): RequestQuestion | string {
  const text = (name: string): string => query.get(name) ?? '';
  const given = query.getAll('header');
  if (given.length > MAX_HEADERS) return `at most ${MAX_HEADERS} headers`;
  const headers: (readonly [string, string])[] = [];
  for (const header of given) {
    const colon = header.indexOf(':');
    if (colon <= 0) return 'a header is NAME:VALUE';
    headers.push([header.slice(0, colon).trim(), header.slice(colon + 1).trim()]);
  }
  const sourceIp = text('source-ip');
  if (sourceIp !== '' && isIP(sourceIp) === 0) return `source-ip: found "${sourceIp}", expected an IP address`;
  return {
    protocol: text('protocol'),
    method: text('method'),
    authority: text('host'),
    path: text('path'),
    scheme: '',
    service: text('service'),
    headers,
    listener: text('listener'),
    sourceIp,
  };
}
