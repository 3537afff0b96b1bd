// biome-ignore-all format: a table is read by its rows
import type { ResponseCase } from './case.ts';

/** What a host may say, and how a second answer could hide in it. */

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const HEAD = 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';
const EVIL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';

type Bad = readonly [id: string, bytes: string, source: string];

function rejected([id, bytes, source]: Bad): ResponseCase {
  return { id, direction: 'response', source, expected: 'rejected', request: GET, bytes, downstream: '', reusable: false };
}

/** The head was sound; the body breaks off where it stops being so. */
function broken(id: string, bytes: string, source: string, downstream: string): ResponseCase {
  return { id, direction: 'response', source, expected: 'rejected', request: GET, bytes, downstream, reusable: false };
}

function passed(id: string, source: string, request: string, bytes: string, downstream: string, reusable: boolean, close = false): ResponseCase {
  return {
    id,
    direction: 'response',
    source,
    expected: bytes === downstream ? 'forwarded' : 'normalised',
    request,
    bytes,
    downstream,
    reusable,
    ...(close ? { close: true as const } : {}),
  };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

const REJECTED: readonly Bad[] = [
  ['resp-cl-and-te', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.1'],
  ['resp-te-and-cl', `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.1'],
  ['resp-cl-twice', `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 'RFC 9112 6.3'],
  ['resp-cl-differs', `${OK}Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello`, 'RFC 9112 6.3'],
  ['resp-cl-list', `${OK}Content-Length: 5, 5\r\n\r\nhello`, 'RFC 9112 6.3'],
  ['resp-cl-plus', `${OK}Content-Length: +5\r\n\r\nhello`, 'RFC 9110 8.6'],
  ['resp-cl-minus', `${OK}Content-Length: -5\r\n\r\nhello`, 'RFC 9110 8.6'],
  ['resp-cl-hex', `${OK}Content-Length: 0x5\r\n\r\nhello`, 'RFC 9110 8.6'],
  ['resp-cl-empty', `${OK}Content-Length:\r\n\r\nhello`, 'RFC 9110 8.6'],
  ['resp-cl-overflow', `${OK}Content-Length: 18446744073709551621\r\n\r\nhello`, 'RFC 9110 8.6; overflow'],
  ['resp-cl-space-before-colon', `${OK}Content-Length : 5\r\n\r\nhello`, 'RFC 9112 5.1'],
  ['resp-te-unknown', `${OK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.3'],
  ['resp-te-gzip-chunked', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.1'],
  ['resp-te-identity', `${OK}Transfer-Encoding: identity\r\n\r\nhello`, 'RFC 9112 6.1'],
  ['resp-te-twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.1'],
  ['resp-te-chunked-twice', `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, 'RFC 9112 6.1'],
  ['resp-te-vt', `${OK}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`, 'RFC 9110 5.5'],
  ['resp-te-in-1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'RFC 9112 6.1'],
  ['resp-te-underscore', `${OK}Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n`, 'gateway interfaces map _ to -'],
  ['resp-folded', `${OK}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`, 'RFC 9112 5.2'],
  ['resp-bare-lf', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'RFC 9112 2.2'],
  ['resp-bare-lf-field', `${OK}X: a\nContent-Length: 0\r\n\r\n`, 'RFC 9112 2.2'],
  ['resp-bare-cr-field', `${OK}X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n`, 'RFC 9112 2.2; response splitting'],
  ['resp-cr-in-status-line', 'HTTP/1.1 200 OK\rX: a\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 2.2'],
  ['resp-nul-in-status-line', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-nul-in-value', `${OK}X: \0\r\nContent-Length: 0\r\n\r\n`, 'RFC 9110 5.5'],
  ['resp-no-colon', `${OK}X\r\nContent-Length: 0\r\n\r\n`, 'RFC 9112 5'],
  ['resp-empty-name', `${OK}: x\r\nContent-Length: 0\r\n\r\n`, 'RFC 9112 5.1'],
  ['resp-status-two-digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-status-four-digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-status-letters', 'HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-status-zero', 'HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-status-two-blanks', 'HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-status-sign', 'HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 4'],
  ['resp-version-2', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 2.3'],
  ['resp-version-lower-case', 'http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 2.3'],
  ['resp-version-1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n', 'RFC 9112 2.3'],
  ['resp-other-protocol', 'ICY 200 OK\r\n\r\n', 'RFC 9112 4'],
  ['resp-http-0.9', '<html>hello</html>\r\n', 'RFC 9112 4'],
  ['resp-leading-crlf', `\r\n${OK}Content-Length: 0\r\n\r\n`, 'RFC 9112 2.2'],
  ['resp-connection-names-length', `${OK}Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello`, 'RFC 9110 7.6.1'],
  ['resp-101-unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', 'RFC 9110 15.2.2'],
  ['resp-100-in-1.0', `HTTP/1.0 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, 'RFC 9110 15.2'],
  ['resp-too-many-fields', `${OK}${'X: 1\r\n'.repeat(101)}\r\n`, 'bounded'],
  ['resp-head-too-large', `${OK}X: ${'a'.repeat(66_000)}\r\n\r\n`, 'bounded'],
];

const BROKEN: readonly ResponseCase[] = [
  broken('resp-chunk-size-plus', `${OK}Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n`, 'RFC 9112 7.1', CHUNKED),
  broken('resp-chunk-size-empty', `${OK}Transfer-Encoding: chunked\r\n\r\n\r\n`, 'RFC 9112 7.1', CHUNKED),
  broken('resp-chunk-bare-lf', `${OK}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`, 'RFC 9112 2.2', CHUNKED),
  broken('resp-chunk-ext-bare-lf', `${OK}Transfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n0\r\n\r\n`, 'RFC 9112 7.1.1', CHUNKED),
  broken('resp-chunk-data-too-long', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n`, 'RFC 9112 7.1', `${CHUNKED}5\r\nhello\r\n`),
  broken('resp-chunk-overflow', `${OK}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`, 'RFC 9112 7.1', CHUNKED),
  broken('resp-trailer-folded', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n`, 'RFC 9112 5.2', CHUNKED),
  broken('resp-trailer-bare-lf', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\n\r\n`, 'RFC 9112 2.2', CHUNKED),
  { ...broken('resp-length-cut-short', `${OK}Content-Length: 9\r\n\r\nhello`, 'RFC 9112 8', `${OK}Content-Length: 9\r\n\r\nhello`), close: true },
  { ...broken('resp-chunks-cut-short', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'RFC 9112 8', `${CHUNKED}5\r\nhello\r\n`), close: true },
];

const PASSED: readonly ResponseCase[] = [
  passed('resp-plain', 'RFC 9112 6.2', GET, `${OK}Content-Length: 5\r\n\r\nhello`, `${OK}Content-Length: 5\r\n\r\nhello`, true),
  passed('resp-blanks', 'RFC 9112 5.1', GET, `${OK}Content-Length:5 \r\nX:\ta\r\n\r\nhello`, `${OK}X: a\r\ncontent-length: 5\r\n\r\nhello`, true),
  passed('resp-leading-zeros', 'RFC 9110 8.6', GET, `${OK}Content-Length: 05\r\n\r\nhello`, `${OK}content-length: 5\r\n\r\nhello`, true),
  passed('resp-chunked', 'RFC 9112 7.1', GET, `${OK}Transfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: a\r\nContent-Length: 3\r\n\r\n`, `${CHUNKED}5\r\nhello\r\n0\r\nX-T: a\r\n\r\n`, true),
  passed('resp-trailer-set-cookie', 'RFC 9110 6.5.1', GET, `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: a\r\n\r\n`, `${CHUNKED}0\r\n\r\n`, true),
  passed('resp-until-close', 'RFC 9112 6.3', GET, `${OK}X: a\r\n\r\nhello${EVIL}`, `${OK}X: a\r\ntransfer-encoding: chunked\r\n\r\n${(5 + EVIL.length).toString(16)}\r\nhello${EVIL}\r\n0\r\n\r\n`, false, true),
  passed('resp-1.0-until-close', 'RFC 9112 6.3', GET, 'HTTP/1.0 200 OK\r\n\r\nhello', `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`, false, true),
  passed('resp-1.0-keep-alive', 'RFC 9112 9.3', GET, 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello', `${OK}Content-Length: 5\r\n\r\nhello`, true),
  passed('resp-1.0-length', 'RFC 9112 9.3', GET, 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello', `${OK}Content-Length: 5\r\n\r\nhello`, false),
  passed('resp-close', 'RFC 9112 9.6', GET, `${OK}Connection: close\r\nContent-Length: 5\r\n\r\nhello`, `${OK}Content-Length: 5\r\n\r\nhello`, false),
  passed('resp-hop-fields', 'RFC 9110 7.6.1', GET, `${OK}Keep-Alive: timeout=5\r\nConnection: X-Hop\r\nX-Hop: 1\r\nProxy-Connection: a\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n`, `${OK}Content-Length: 0\r\n\r\n`, true),
  passed('resp-connection-names-set-cookie', 'RFC 9110 7.6.1', GET, `${OK}Connection: Set-Cookie\r\nSet-Cookie: a\r\nContent-Length: 0\r\n\r\n`, `${OK}Set-Cookie: a\r\nContent-Length: 0\r\n\r\n`, true),
  passed('resp-no-phrase', 'RFC 9112 4', GET, 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', true),
  passed('resp-high-byte-phrase', 'RFC 9112 4', GET, 'HTTP/1.1 200 \xe4\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 200 \xe4\r\nContent-Length: 0\r\n\r\n', true),
  passed('resp-unknown-status', 'RFC 9110 15', GET, 'HTTP/1.1 799 x\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 799 x\r\nContent-Length: 0\r\n\r\n', true),
  passed('resp-extra-bytes', 'RFC 9112 9.3; response queue poisoning', GET, `${OK}Content-Length: 0\r\n\r\n${EVIL}`, `${OK}Content-Length: 0\r\n\r\n`, false),
  passed('resp-extra-crlf', 'RFC 9112 9.3', GET, `${OK}Content-Length: 0\r\n\r\n\r\n`, `${OK}Content-Length: 0\r\n\r\n`, false),
  passed('resp-extra-behind-chunks', 'RFC 9112 9.3; response queue poisoning', GET, `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`, `${CHUNKED}0\r\n\r\n`, false),
  passed('resp-head-with-body', 'RFC 9110 9.3.2; response queue poisoning', HEAD, `${OK}Content-Length: ${EVIL.length}\r\n\r\n${EVIL}`, `${OK}Content-Length: ${EVIL.length}\r\n\r\n`, false),
  passed('resp-head-chunked', 'RFC 9112 6.3', HEAD, `${OK}Transfer-Encoding: chunked\r\n\r\n`, `${OK}\r\n`, true),
  passed('resp-head-length', 'RFC 9110 8.6', HEAD, `${OK}Content-Length: 5\r\n\r\n`, `${OK}Content-Length: 5\r\n\r\n`, true),
  passed('resp-204-with-body', 'RFC 9110 15.3.5; response queue poisoning', GET, `HTTP/1.1 204 No Content\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`, 'HTTP/1.1 204 No Content\r\n\r\n', false),
  passed('resp-204-length', 'RFC 9110 8.6', GET, 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n', false),
  passed('resp-204-chunked', 'RFC 9112 6.1', GET, 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n', false),
  passed('resp-304-with-body', 'RFC 9110 15.4.5; response queue poisoning', GET, `HTTP/1.1 304 Not Modified\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`, `HTTP/1.1 304 Not Modified\r\nContent-Length: ${EVIL.length}\r\n\r\n`, false),
  passed('resp-interim', 'RFC 9110 15.2', GET, `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, true),
  passed('resp-interim-length', 'RFC 9110 15.2', GET, `HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, `HTTP/1.1 103 Early Hints\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, true),
  passed('resp-interim-unasked-100', 'RFC 9110 15.2.1', POST, `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, true),
  passed('resp-splitting-encoded', 'RFC 9110 5.5', GET, `${OK}Location: /%0d%0aSet-Cookie:x\r\nContent-Length: 0\r\n\r\n`, `${OK}Location: /%0d%0aSet-Cookie:x\r\nContent-Length: 0\r\n\r\n`, true),
];

export const RESPONSES: readonly ResponseCase[] = [...REJECTED.map(rejected), ...BROKEN, ...PASSED];
