// biome-ignore-all format: a table is read by its rows
import { chunk, type DowngradeCase, NEXT } from './case.ts';

/** Heads of HTTP/2, where names and values are counted bytes, sent as lines of HTTP/1.1 (RFC 9113 sections 8.2, 8.3, 10.3). */

type Fields = readonly (readonly [name: string, value: string])[];

const BASE = { direction: 'downgrade', method: 'GET', path: '/', authority: 'a', headers: [] as Fields, contentLength: -1, body: null, upstream: '' } as const;

function header(id: string, name: string, value: string, source: string): DowngradeCase {
  return { ...BASE, id, source, expected: 'rejected', headers: [[name, value]] };
}

function part(id: string, changed: Partial<Pick<DowngradeCase, 'method' | 'path' | 'authority' | 'headers' | 'contentLength' | 'body'>>, source: string): DowngradeCase {
  return { ...BASE, ...changed, id, source, expected: 'rejected' };
}

function passed(id: string, source: string, changed: Partial<DowngradeCase>, upstream: string): DowngradeCase {
  return { ...BASE, ...changed, id, source, expected: 'normalised', upstream } as DowngradeCase;
}

const REJECTED: readonly DowngradeCase[] = [
  header('h2-crlf-in-value', 'x', `a\r\n\r\n${NEXT}`, 'RFC 9113 8.2.1; request splitting'),
  header('h2-lf-in-value', 'x', 'a\nb: c', 'RFC 9113 8.2.1'),
  header('h2-cr-in-value', 'x', 'a\rb', 'RFC 9113 8.2.1'),
  header('h2-nul-in-value', 'x', 'a\0', 'RFC 9113 8.2.1'),
  header('h2-control-in-value', 'x', 'a\x01', 'RFC 9110 5.5'),
  header('h2-del-in-value', 'x', '\x7f', 'RFC 9110 5.5'),
  header('h2-leading-space-in-value', 'x', ' a', 'RFC 9113 8.2.1'),
  header('h2-trailing-tab-in-value', 'x', 'a\t', 'RFC 9113 8.2.1'),
  header('h2-wide-character', 'x', 'a\u010ab: c', 'code points above 255 lose their high byte'),
  header('h2-wide-character-in-name', 'x\u010ay', 'a', 'code points above 255 lose their high byte'),
  header('h2-colon-in-name', 'x: y', 'a', 'RFC 9113 8.2.1'),
  header('h2-crlf-in-name', 'x\r\ntransfer-encoding', 'chunked', 'RFC 9113 8.2.1'),
  header('h2-lf-in-name', 'x\ny', 'a', 'RFC 9113 8.2.1'),
  header('h2-space-in-name', 'x y', 'a', 'RFC 9113 8.2.1'),
  header('h2-trailing-space-in-name', 'transfer-encoding ', 'chunked', 'RFC 9113 8.2.1'),
  header('h2-empty-name', '', 'a', 'RFC 9113 8.2.1'),
  header('h2-nul-in-name', 'x\0', 'a', 'RFC 9113 8.2.1'),
  header('h2-upper-case-name', 'X', 'a', 'RFC 9113 8.2'),
  header('h2-pseudo-header', ':path', '/evil', 'RFC 9113 8.3'),
  header('h2-transfer-encoding', 'transfer-encoding', 'chunked', 'RFC 9113 8.2.2; H2.TE'),
  header('h2-transfer-encoding-identity', 'transfer-encoding', 'identity', 'RFC 9113 8.2.2'),
  header('h2-transfer-encoding-underscore', 'transfer_encoding', 'chunked', 'gateway interfaces map _ to -'),
  header('h2-content-length-underscore', 'content_length', '5', 'gateway interfaces map _ to -'),
  header('h2-connection', 'connection', 'close', 'RFC 9113 8.2.2'),
  header('h2-connection-names-host', 'connection', 'host', 'RFC 9113 8.2.2'),
  header('h2-keep-alive', 'keep-alive', 'timeout=5', 'RFC 9113 8.2.2'),
  header('h2-proxy-connection', 'proxy-connection', 'close', 'RFC 9113 8.2.2'),
  header('h2-upgrade', 'upgrade', 'websocket', 'RFC 9113 8.2.2'),
  header('h2-http2-settings', 'http2-settings', 'AAMAAABk', 'RFC 9113 8.2.2'),
  header('h2-te-other', 'te', 'gzip', 'RFC 9113 8.2.2'),
  header('h2-te-list', 'te', 'trailers, chunked', 'RFC 9113 8.2.2'),
  header('h2-expect-other', 'expect', 'y 100-continue', 'RFC 9110 10.1.1'),
  header('h2-host-differs', 'host', 'b', 'RFC 9113 8.3.1'),
  header('h2-content-length-unannounced', 'content-length', '5', 'RFC 9113 8.1.1; H2.CL'),
  part('h2-content-length-differs', { method: 'POST', headers: [['content-length', '0']], contentLength: 5, body: 'hello' }, 'RFC 9113 8.1.1; H2.CL'),
  part('h2-content-length-twice', { method: 'POST', headers: [['content-length', '5'], ['content-length', '5']], contentLength: 5, body: 'hello' }, 'RFC 9113 8.1.1'),
  part('h2-content-length-plus', { method: 'POST', headers: [['content-length', '+5']], contentLength: 5, body: 'hello' }, 'RFC 9110 8.6'),
  part('h2-content-length-without-body', { headers: [['content-length', '5']], contentLength: 5 }, 'RFC 9113 8.1.1; H2.CL'),
  part('h2-method-crlf', { method: 'GET / HTTP/1.1\r\nHost: b\r\n\r\nGET' }, 'RFC 9113 8.3.1; request splitting'),
  part('h2-method-space', { method: 'GET /x' }, 'RFC 9113 8.3.1'),
  part('h2-method-empty', { method: '' }, 'RFC 9113 8.3.1'),
  part('h2-method-wide', { method: 'GE\u0154' }, 'code points above 255 lose their high byte'),
  part('h2-path-crlf', { path: '/ HTTP/1.1\r\nX: y\r\n\r\n' }, 'RFC 9113 8.3.1; request splitting'),
  part('h2-path-space', { path: '/a b' }, 'RFC 9113 8.3.1; request line injection'),
  part('h2-path-tab', { path: '/a\tHTTP/1.0' }, 'RFC 9113 8.3.1'),
  part('h2-path-empty', { path: '' }, 'RFC 9113 8.3.1'),
  part('h2-path-relative', { path: 'evil' }, 'RFC 9113 8.3.1'),
  part('h2-path-absolute', { path: 'http://evil/' }, 'RFC 9113 8.3.1'),
  part('h2-path-at', { path: '@evil/' }, 'RFC 9113 8.3.1'),
  part('h2-path-fragment', { path: '/#' }, 'RFC 9113 8.3.1'),
  part('h2-path-asterisk-get', { path: '*' }, 'RFC 9113 8.3.1'),
  part('h2-path-wide', { path: '/\u0120' }, 'code points above 255 lose their high byte'),
  part('h2-authority-crlf', { authority: 'a\r\nX: y' }, 'RFC 9113 8.3.1'),
  part('h2-authority-space', { authority: 'a b' }, 'RFC 9113 8.3.1'),
  part('h2-authority-userinfo', { authority: 'user@a' }, 'RFC 9113 8.3.1'),
  part('h2-authority-path', { authority: 'a/b' }, 'RFC 9113 8.3.1'),
  part('h2-connect-no-port', { method: 'CONNECT', path: '', authority: 'a' }, 'RFC 9113 8.5'),
  part('h2-connect-lower-case', { method: 'connect', path: '/', authority: 'a:80' }, 'RFC 9110 9.1'),
  part('h2-cookie-crlf', { headers: [['cookie', 'a=b'], ['cookie', 'c\r\nd']] }, 'RFC 9113 8.2.3'),
];

const PASSED: readonly DowngradeCase[] = [
  passed('h2-plain', 'RFC 9113 8.3.1', { headers: [['x', 'y'], ['accept', '*/*']] }, 'GET / HTTP/1.1\r\nhost: a\r\nx: y\r\naccept: */*\r\n\r\n'),
  passed('h2-cookies', 'RFC 9113 8.2.3', { headers: [['cookie', 'a=b'], ['x', 'y'], ['cookie', 'c=d']] }, 'GET / HTTP/1.1\r\nhost: a\r\nx: y\r\ncookie: a=b; c=d\r\n\r\n'),
  passed('h2-te-trailers', 'RFC 9110 10.1.4', { headers: [['te', 'trailers']] }, 'GET / HTTP/1.1\r\nhost: a\r\nconnection: te\r\nte: trailers\r\n\r\n'),
  passed('h2-host-same', 'RFC 9113 8.3.1', { headers: [['host', 'A']] }, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
  passed('h2-host-only', 'RFC 9113 8.3.1', { authority: '', headers: [['host', 'b']] }, 'GET / HTTP/1.1\r\nhost: b\r\n\r\n'),
  passed('h2-content-length', 'RFC 9113 8.1.1', { method: 'POST', headers: [['content-length', '5']], contentLength: 5, body: 'hello' }, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello'),
  passed('h2-unknown-length', 'RFC 9113 8.1', { method: 'POST', body: NEXT }, `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk(NEXT)}0\r\n\r\n`),
  passed('h2-no-body-post', 'RFC 9110 8.6', { method: 'POST' }, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n'),
  passed('h2-trailers', 'RFC 9113 8.1', { method: 'POST', body: 'x', trailers: [['x-t', '1']] }, `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk('x')}0\r\nx-t: 1\r\n\r\n`),
  passed(
    'h2-trailers-hostile',
    'RFC 9110 6.5.1',
    { method: 'POST', body: 'x', trailers: [['content-length', '9'], ['x\r\n\r\nGET / HTTP/1.1', '1'], ['x-a', `1\r\n\r\n${NEXT}`], ['transfer-encoding', 'chunked'], [':path', '/'], ['x-t', '1']] },
    `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk('x')}0\r\nx-t: 1\r\n\r\n`,
  ),
  passed('h2-options-asterisk', 'RFC 9113 8.3.1', { method: 'OPTIONS', path: '*' }, 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'),
  passed('h2-connect', 'RFC 9113 8.5', { method: 'CONNECT', path: '', authority: 'b:443' }, 'CONNECT b:443 HTTP/1.1\r\nhost: b:443\r\n\r\n'),
  passed('h2-high-byte', 'RFC 9110 5.5', { headers: [['x', '\xe9']] }, 'GET / HTTP/1.1\r\nhost: a\r\nx: \xe9\r\n\r\n'),
  passed('h2-expect-without-body', 'RFC 9110 10.1.1', { headers: [['expect', '100-continue']] }, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
];

export const DOWNGRADES: readonly DowngradeCase[] = [...REJECTED, ...PASSED];
