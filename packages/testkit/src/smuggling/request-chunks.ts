// biome-ignore-all format: a table is read by its rows
import { chunk, NEXT, type RequestCase } from './case.ts';

/** Inside a chunked request: sizes, extensions, ends of lines, trailers. The head was sound and has been forwarded. */

const IN = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const OUT = 'POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n';
const LAST = '0\r\n\r\n';

type Row = readonly [id: string, body: string, source: string, sound?: string, status?: number];

function rejected([id, body, source, sound = '', status = 400]: Row): RequestCase {
  return { id, direction: 'request', source, expected: 'rejected', bytes: IN + body, upstream: OUT + sound, status, incomplete: true };
}

function normalised(id: string, source: string, body: string, upstream: string): RequestCase {
  return { id, direction: 'request', source, expected: 'normalised', bytes: IN + body, upstream: OUT + upstream, status: 200 };
}

const REJECTED: readonly Row[] = [
  ['chunk-size-hex-prefix', `0x5\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-plus', `+5\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-minus', `-1\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-leading-space', ` 5\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-trailing-space', `5 \r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-trailing-tab', `5\t\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-empty', `\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-letter', `g\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-trailing-letter', `5g\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-underscore', `1_0\r\n0123456789abcdef\r\n${LAST}`, 'number parsers that allow _'],
  ['chunk-size-quoted', `"5"\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-nul', `5\0\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-size-fullwidth-digit', `\xef\xbc\x95\r\nhello\r\n${LAST}`, 'number parsers that take Unicode digits'],
  ['chunk-size-sixteen-digits', `0000000000000005\r\nhello\r\n${LAST}`, 'RFC 9112 7.1; overflow'],
  ['chunk-size-overflow-64', `10000000000000005\r\nhello\r\n${LAST}`, 'RFC 9112 7.1; overflow'],
  ['chunk-size-all-ones', `ffffffffffffffff\r\nhello\r\n${LAST}`, 'RFC 9112 7.1; overflow'],
  ['chunk-size-inexact', `fffffffffffffff\r\nhello\r\n${LAST}`, 'RFC 9112 7.1; overflow'],
  ['chunk-size-comma', `5,5\r\nhello\r\n${LAST}`, 'RFC 9112 7.1'],
  ['chunk-line-bare-lf', `5\nhello\r\n${LAST}`, 'RFC 9112 2.2; TERM.EXT'],
  ['chunk-line-bare-cr', `5\rhello\r\n${LAST}`, 'RFC 9112 2.2'],
  ['chunk-line-cr-cr-lf', `5\r\r\nhello\r\n${LAST}`, 'RFC 9112 2.2'],
  ['chunk-ext-bare-lf', `5;a\nhello\r\n${LAST}`, 'RFC 9112 7.1.1; EXT.TERM'],
  ['chunk-ext-bare-lf-then-crlf', `5;\nx\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1; EXT.TERM'],
  ['chunk-ext-bare-cr', `5;a\rb\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-empty', `5;\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-no-name', `5;=a\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-no-value', `5;a=\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-trailing-space', `5;a \r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-two-words', `5;a b\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-open-quote', `5;a="b\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-quoted-lf', `5;a="\n"\r\nhello\r\n${LAST}`, 'RFC 9110 5.6.4'],
  ['chunk-ext-quoted-escaped-cr', `5;a="\\\r\n"\r\nhello\r\n${LAST}`, 'RFC 9110 5.6.4'],
  ['chunk-ext-nul', `5;\0\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1'],
  ['chunk-ext-too-long', `5;a=${'x'.repeat(1100)}\r\nhello\r\n${LAST}`, 'RFC 9112 7.1.1; bounded'],
  ['chunk-ext-too-many', `1;${'x'.repeat(1000)}\r\na\r\n`.repeat(20), 'RFC 9112 7.1.1; bounded', chunk('a').repeat(16)],
  ['chunk-data-too-long', `5\r\nhelloX\r\n${LAST}`, 'RFC 9112 7.1', chunk('hello')],
  ['chunk-data-lf-end', `5\r\nhello\n${LAST}`, 'RFC 9112 7.1', chunk('hello')],
  ['chunk-data-cr-end', `5\r\nhello\r${LAST}`, 'RFC 9112 7.1', chunk('hello')],
  ['chunk-data-no-end', `5\r\nhello0\r\n\r\n`, 'RFC 9112 7.1', chunk('hello')],
  ['chunk-data-two-extra', `5\r\nhelloxx0\r\n\r\n${NEXT}`, 'RFC 9112 7.1; two bytes skipped unseen', chunk('hello')],
  ['last-chunk-bare-lf', '0\n\r\n', 'RFC 9112 2.2'],
  ['last-chunk-lf-lf', '0\n\n', 'RFC 9112 2.2'],
  ['last-chunk-crlf-lf', '0\r\n\n', 'RFC 9112 2.2'],
  ['last-chunk-crlf-cr', '0\r\n\rX', 'RFC 9112 2.2'],
  ['last-chunk-then-request', `0\r\n${NEXT}`, 'RFC 9112 7.1.2'],
  ['last-chunk-minus', '-0\r\n\r\n', 'RFC 9112 7.1'],
  ['last-chunk-space', '0 \r\n\r\n', 'RFC 9112 7.1'],
  ['trailer-folded', '0\r\nX-T: a\r\n b\r\n\r\n', 'RFC 9112 5.2'],
  ['trailer-bare-lf', '0\r\nX-T: a\nY: b\r\n\r\n', 'RFC 9112 2.2'],
  ['trailer-bare-cr', '0\r\nX-T: a\rY: b\r\n\r\n', 'RFC 9112 2.2'],
  ['trailer-space-before-colon', '0\r\nX-T : a\r\n\r\n', 'RFC 9112 5.1'],
  ['trailer-no-colon', '0\r\nX-T\r\n\r\n', 'RFC 9112 5'],
  ['trailer-nul', '0\r\nX-T: \0\r\n\r\n', 'RFC 9110 5.5'],
  ['trailer-lookalike', '0\r\nTransfer_Encoding: chunked\r\n\r\n', 'gateway interfaces map _ to -'],
  ['trailer-too-many', `0\r\n${'X-T: a\r\n'.repeat(101)}\r\n`, 'bounded', '', 431],
  ['trailer-too-large', `0\r\nX-T: ${'a'.repeat(9000)}\r\n\r\n`, 'bounded', '', 431],
];

const PASSED: readonly RequestCase[] = [
  normalised('chunk-plain', 'RFC 9112 7.1', `5\r\nhello\r\n${LAST}${NEXT}`, chunk('hello') + LAST + NEXT),
  normalised('chunk-upper-hex', 'RFC 9112 7.1', `A\r\n0123456789\r\n${LAST}${NEXT}`, chunk('0123456789') + LAST + NEXT),
  normalised('chunk-leading-zeros', 'RFC 9112 7.1', `005\r\nhello\r\n000\r\n\r\n${NEXT}`, chunk('hello') + LAST + NEXT),
  normalised('chunk-data-looks-like-end', 'RFC 9112 7.1', `7\r\n\r\n0\r\n\r\n\r\n${LAST}${NEXT}`, chunk('\r\n0\r\n\r\n') + LAST + NEXT),
  normalised('chunk-data-looks-like-request', 'RFC 9112 7.1', `${chunk(NEXT)}${LAST}`, chunk(NEXT) + LAST),
  normalised('chunk-ext-name', 'RFC 9112 7.1.1', `5;a\r\nhello\r\n${LAST}`, chunk('hello') + LAST),
  normalised('chunk-ext-value', 'RFC 9112 7.1.1', `5;a=b;c="d e"\r\nhello\r\n${LAST}`, chunk('hello') + LAST),
  normalised('chunk-ext-blanks', 'RFC 9112 7.1.1', `5 ; a = b\r\nhello\r\n${LAST}`, chunk('hello') + LAST),
  normalised('chunk-ext-quoted-semicolon', 'RFC 9112 7.1.1', `5;a=";\\"x"\r\nhello\r\n${LAST}`, chunk('hello') + LAST),
  normalised('last-chunk-ext', 'RFC 9112 7.1.1', `0;a=b\r\n\r\n${NEXT}`, LAST + NEXT),
  normalised('trailer-plain', 'RFC 9112 7.1.2', `0\r\nX-T:a\r\n\r\n${NEXT}`, `0\r\nX-T: a\r\n\r\n${NEXT}`),
  normalised('trailer-content-length', 'RFC 9110 6.5.1', `0\r\nContent-Length: 30\r\n\r\n${NEXT}`, LAST + NEXT),
  normalised('trailer-transfer-encoding', 'RFC 9110 6.5.1', `0\r\nTransfer-Encoding: chunked\r\nX-T: a\r\n\r\n${NEXT}`, `0\r\nX-T: a\r\n\r\n${NEXT}`),
  normalised('trailer-host', 'RFC 9110 6.5.1', `0\r\nHost: evil\r\n\r\n${NEXT}`, LAST + NEXT),
  normalised('trailer-authorization', 'RFC 9110 6.5.1', `0\r\nAuthorization: x\r\nCookie: y\r\n\r\n${NEXT}`, LAST + NEXT),
  normalised('trailer-connection', 'RFC 9110 6.5.1', `0\r\nConnection: close\r\nUpgrade: x\r\nExpect: 100-continue\r\n\r\n${NEXT}`, LAST + NEXT),
  normalised('trailer-conditional', 'RFC 9110 6.5.1', `0\r\nIf-Match: x\r\nRange: bytes=0-1\r\n\r\n${NEXT}`, LAST + NEXT),
];

export const REQUEST_CHUNKS: readonly RequestCase[] = [...REJECTED.map(rejected), ...PASSED];
