// biome-ignore-all format: a table is read by its rows
import { NEXT, type RequestCase } from './case.ts';

/** Where a request body ends: Content-Length, Transfer-Encoding and their disguises. */

type Row = readonly [id: string, lines: string, source: string, status?: number];

const BODY = `0\r\n\r\n${NEXT}`;
const CHUNKED_OUT = 'POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';

function rejectedCoding([id, lines, source, status = 400]: Row): RequestCase {
  return { id, direction: 'request', source, expected: 'rejected', bytes: `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n${BODY}`, upstream: '', status };
}

function rejectedLength([id, lines, source, status = 400]: Row): RequestCase {
  return { id, direction: 'request', source, expected: 'rejected', bytes: `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\nhello${NEXT}`, upstream: '', status };
}

function plain(id: string, source: string, expected: 'normalised' | 'forwarded', bytes: string, upstream = bytes): RequestCase {
  return { id, direction: 'request', source, expected, bytes, upstream, status: 200 };
}

const BOTH: readonly Row[] = [
  ['both-cl-te', 'Content-Length: 6\r\nTransfer-Encoding: chunked', 'RFC 9112 6.1; CL.TE'],
  ['both-te-cl', 'Transfer-Encoding: chunked\r\nContent-Length: 4', 'RFC 9112 6.1; TE.CL'],
  ['both-cl-zero', 'Content-Length: 0\r\nTransfer-Encoding: chunked', 'RFC 9112 6.1'],
  ['both-bad-cl', 'Content-Length: x\r\nTransfer-Encoding: chunked', 'RFC 9112 6.3'],
  ['both-te-identity', 'Content-Length: 5\r\nTransfer-Encoding: identity', 'RFC 9112 6.1'],
  ['both-te-unknown', 'Content-Length: 5\r\nTransfer-Encoding: xchunked', 'RFC 9112 6.1; TE.TE'],
  ['both-te-lowercase', 'content-length: 5\r\ntransfer-encoding: chunked', 'RFC 9112 6.1'],
  ['both-te-empty', 'Content-Length: 5\r\nTransfer-Encoding:', 'RFC 9112 6.1'],
];

const CODING: readonly Row[] = [
  ['te-space-before-colon', 'Transfer-Encoding : chunked', 'RFC 9112 5.1'],
  ['te-tab-before-colon', 'Transfer-Encoding\t: chunked', 'RFC 9112 5.1'],
  ['te-vt-before-value', 'Transfer-Encoding: \x0bchunked', 'RFC 9110 5.5; TE.TE'],
  ['te-ff-before-value', 'Transfer-Encoding: \x0cchunked', 'RFC 9110 5.5; TE.TE'],
  ['te-vt-behind-value', 'Transfer-Encoding: chunked\x0b', 'RFC 9110 5.5; TE.TE'],
  ['te-nul-behind-value', 'Transfer-Encoding: chunked\0', 'RFC 9110 5.5'],
  ['te-nul-in-name', 'Transfer-Encoding\0: chunked', 'RFC 9110 5.1'],
  ['te-nul-before-name', '\0Transfer-Encoding: chunked', 'RFC 9110 5.1'],
  ['te-leading-space-line', ' Transfer-Encoding: chunked', 'RFC 9112 2.2'],
  ['te-leading-tab-line', '\tTransfer-Encoding: chunked', 'RFC 9112 2.2'],
  ['te-folded-under-header', 'X: a\r\n Transfer-Encoding: chunked', 'RFC 9112 5.2'],
  ['te-folded-value', 'Transfer-Encoding:\r\n chunked', 'RFC 9112 5.2'],
  ['te-folded-tab-value', 'Transfer-Encoding:\r\n\tchunked', 'RFC 9112 5.2'],
  ['te-behind-bare-lf', 'X: a\nTransfer-Encoding: chunked', 'RFC 9112 2.2'],
  ['te-behind-bare-cr', 'X: a\rTransfer-Encoding: chunked', 'RFC 9112 2.2'],
  ['te-bare-lf-in-name', 'Transfer-Encoding\n: chunked', 'RFC 9112 2.2'],
  ['te-bare-cr-in-value', 'Transfer-Encoding: chun\rked', 'RFC 9112 2.2'],
  ['te-xchunked', 'Transfer-Encoding: xchunked', 'RFC 9112 6.3; TE.TE'],
  ['te-chunk', 'Transfer-Encoding: chunk', 'RFC 9112 6.3'],
  ['te-chunkedx', 'Transfer-Encoding: chunkedx', 'RFC 9112 6.3'],
  ['te-quoted', 'Transfer-Encoding: "chunked"', 'RFC 9112 7'],
  ['te-single-quoted', "Transfer-Encoding: 'chunked'", 'RFC 9112 7'],
  ['te-parameter', 'Transfer-Encoding: chunked;q=1', 'RFC 9112 7'],
  ['te-trailing-comma', 'Transfer-Encoding: chunked,', 'RFC 9112 6.1'],
  ['te-leading-comma', 'Transfer-Encoding: ,chunked', 'RFC 9112 6.1'],
  ['te-twice-in-list', 'Transfer-Encoding: chunked, chunked', 'RFC 9112 6.1'],
  ['te-chunked-then-identity', 'Transfer-Encoding: chunked, identity', 'RFC 9112 6.3'],
  ['te-identity-then-chunked', 'Transfer-Encoding: identity, chunked', 'RFC 9112 7'],
  ['te-chunked-then-gzip', 'Transfer-Encoding: chunked, gzip', 'RFC 9112 6.3'],
  ['te-identity', 'Transfer-Encoding: identity', 'RFC 9112 6.3'],
  ['te-gzip', 'Transfer-Encoding: gzip', 'RFC 9112 6.3'],
  ['te-empty', 'Transfer-Encoding:', 'RFC 9112 6.1'],
  ['te-gzip-chunked', 'Transfer-Encoding: gzip, chunked', 'RFC 9112 6.1', 501],
  ['te-deflate-chunked', 'Transfer-Encoding: deflate,chunked', 'RFC 9112 6.1', 501],
  ['te-two-fields', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', 'RFC 9112 6.1'],
  ['te-two-fields-identity-last', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'RFC 9112 6.1; TE.TE'],
  ['te-two-fields-cow', 'Transfer-Encoding: chunked\r\nTransfer-encoding: cow', 'RFC 9112 6.1; TE.TE'],
  ['te-two-fields-empty-first', 'Transfer-Encoding:\r\nTransfer-Encoding: chunked', 'RFC 9112 6.1'],
  ['te-underscore', 'Transfer_Encoding: chunked', 'gateway interfaces map _ to -'],
  ['te-space-in-name', 'Transfer Encoding: chunked', 'RFC 9112 5.1'],
  ['te-no-colon', 'Transfer-Encoding chunked', 'RFC 9112 5'],
  ['te-semicolon', 'Transfer-Encoding; chunked', 'RFC 9112 5'],
  ['te-two-colons', 'Transfer-Encoding:: chunked', 'RFC 9112 6.3'],
  ['te-leading-colon', ':Transfer-Encoding: chunked', 'RFC 9112 5.1'],
  ['te-quoted-name', '"Transfer-Encoding": chunked', 'RFC 9110 5.1'],
  ['te-high-byte-in-name', 'Transfer-Encodin\xe7: chunked', 'RFC 9110 5.1'],
  ['te-high-byte-in-value', 'Transfer-Encoding: \x80chunked', 'RFC 9112 6.3'],
  ['te-nbsp-before-value', 'Transfer-Encoding: \xa0chunked', 'RFC 9112 6.3'],
  ['te-kelvin-sign', 'Transfer-Encoding: chun\xe2\x84\xaaed', 'case folding of U+212A'],
  ['te-backspace', 'Transfer-Encoding: chunkedx\x08', 'RFC 9110 5.5'],
  ['te-del', 'Transfer-Encoding: chunked\x7f', 'RFC 9110 5.5'],
  ['te-encoded-newline', 'X: %0d%0a\nTransfer-Encoding: chunked', 'RFC 9112 2.2'],
];

const LENGTH: readonly Row[] = [
  ['cl-plus', 'Content-Length: +5', 'RFC 9110 8.6'],
  ['cl-minus', 'Content-Length: -5', 'RFC 9110 8.6'],
  ['cl-minus-zero', 'Content-Length: -0', 'RFC 9110 8.6'],
  ['cl-hex', 'Content-Length: 0x5', 'RFC 9110 8.6'],
  ['cl-two-numbers', 'Content-Length: 5 5', 'RFC 9110 8.6'],
  ['cl-list-same', 'Content-Length: 5, 5', 'RFC 9112 6.3'],
  ['cl-list-differs', 'Content-Length: 5,0', 'RFC 9112 6.3'],
  ['cl-list-empty-element', 'Content-Length: 5,', 'RFC 9112 6.3'],
  ['cl-semicolon', 'Content-Length: 5;', 'RFC 9110 8.6'],
  ['cl-fraction', 'Content-Length: 5.0', 'RFC 9110 8.6'],
  ['cl-exponent', 'Content-Length: 5e0', 'RFC 9110 8.6'],
  ['cl-quoted', 'Content-Length: "5"', 'RFC 9110 8.6'],
  ['cl-underscore-digits', 'Content-Length: 1_0', 'number parsers that allow _'],
  ['cl-letters', 'Content-Length: five', 'RFC 9110 8.6'],
  ['cl-empty', 'Content-Length:', 'RFC 9110 8.6'],
  ['cl-blank', 'Content-Length:  ', 'RFC 9110 8.6'],
  ['cl-nul', 'Content-Length: 5\0', 'RFC 9110 5.5'],
  ['cl-vt', 'Content-Length: \x0b5', 'RFC 9110 5.5'],
  ['cl-nbsp', 'Content-Length: \xa05', 'RFC 9110 8.6'],
  ['cl-arabic-digit', 'Content-Length: \xd9\xa5', 'number parsers that take Unicode digits'],
  ['cl-overflow-64', 'Content-Length: 18446744073709551621', 'RFC 9110 8.6; overflow'],
  ['cl-overflow-32', 'Content-Length: 4294967301000000', 'RFC 9110 8.6; overflow'],
  ['cl-sixteen-digits', 'Content-Length: 0000000000000005', 'RFC 9110 8.6; bounded digits'],
  ['cl-twice-same', 'Content-Length: 5\r\nContent-Length: 5', 'RFC 9112 6.3'],
  ['cl-twice-differs', 'Content-Length: 5\r\nContent-Length: 0', 'RFC 9112 6.3; CL.CL'],
  ['cl-twice-case', 'Content-Length: 0\r\ncontent-length: 5', 'RFC 9112 6.3; CL.CL'],
  ['cl-twice-bad-first', 'Content-Length: x\r\nContent-Length: 5', 'RFC 9112 6.3'],
  ['cl-space-before-colon', 'Content-Length : 5', 'RFC 9112 5.1'],
  ['cl-tab-before-colon', 'Content-Length\t: 5', 'RFC 9112 5.1'],
  ['cl-nbsp-before-colon', 'Content-Length\xa0: 5', 'RFC 9110 5.1'],
  ['cl-folded', 'Content-Length:\r\n 5', 'RFC 9112 5.2'],
  ['cl-folded-digits', 'Content-Length: 0\r\n 5', 'RFC 9112 5.2'],
  ['cl-behind-bare-lf', 'X: a\nContent-Length: 5', 'RFC 9112 2.2'],
  ['cl-behind-bare-cr', 'X: a\rContent-Length: 5', 'RFC 9112 2.2'],
  ['cl-underscore', 'Content_Length: 5', 'gateway interfaces map _ to -'],
  ['cl-underscore-beside', 'Content-Length: 0\r\nContent_Length: 5', 'gateway interfaces map _ to -'],
];

const PASSED: readonly RequestCase[] = [
  plain('te-tab-before-value', 'RFC 9112 5.1', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\n\r\n${BODY}`, CHUNKED_OUT + NEXT),
  plain('te-blank-behind-value', 'RFC 9112 5.1', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked \t\r\n\r\n${BODY}`, CHUNKED_OUT + NEXT),
  plain('te-no-blank', 'RFC 9112 5.1', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:chunked\r\n\r\n${BODY}`, CHUNKED_OUT + NEXT),
  plain('te-upper-case', 'RFC 9112 7', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n${BODY}`, CHUNKED_OUT + NEXT),
  plain('te-mixed-case', 'RFC 9112 7', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nTrAnSfEr-EnCoDiNg: cHuNkEd\r\n\r\n${BODY}`, CHUNKED_OUT + NEXT),
  plain('te-other-name', 'RFC 9110 5.1', 'forwarded', `GET / HTTP/1.1\r\nHost: a\r\nX-Transfer-Encoding: chunked\r\n\r\n${NEXT}`),
  plain('cl-plain', 'RFC 9112 6.2', 'forwarded', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`),
  plain('cl-body-looks-like-request', 'RFC 9112 6.2', 'forwarded', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${NEXT.length}\r\n\r\n${NEXT}`),
  plain('cl-get-with-body', 'RFC 9110 9.3.1; CL.0', 'forwarded', `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${NEXT.length}\r\n\r\n${NEXT}`),
  plain('cl-head-with-body', 'RFC 9110 9.3.2; CL.0', 'forwarded', `HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`),
  plain('cl-options-with-body', 'RFC 9110 9.3.7; CL.0', 'forwarded', `OPTIONS / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`),
  plain('cl-trace-with-body', 'RFC 9110 9.3.8', 'forwarded', `TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${NEXT}`),
  plain('cl-zero', 'RFC 9112 6.2', 'forwarded', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n${NEXT}`),
  plain('cl-leading-zeros', 'RFC 9110 8.6; octal readers', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 010\r\n\r\n0123456789${NEXT}`, `POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 10\r\n\r\n0123456789${NEXT}`),
  plain('cl-blanks-around', 'RFC 9112 5.1', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length:  5\t\r\n\r\nhello${NEXT}`, `POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 5\r\n\r\nhello${NEXT}`),
  plain('cl-absent-on-post', 'RFC 9110 8.6; 0.CL', 'normalised', `POST / HTTP/1.1\r\nHost: a\r\n\r\n${NEXT}`, `POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n${NEXT}`),
  { id: 'te-in-http-1.0', direction: 'request', source: 'RFC 9112 6.1', expected: 'rejected', bytes: `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${BODY}`, upstream: '', status: 400 },
  { id: 'te-in-http-1.0-keep-alive', direction: 'request', source: 'RFC 9112 6.1', expected: 'rejected', bytes: `POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${BODY}`, upstream: '', status: 400 },
  {
    id: 'cl-shorter-than-body',
    direction: 'request',
    source: 'RFC 9112 6.3; the rest is the next request',
    expected: 'rejected',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nhello there\r\n\r\n',
    upstream: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nhel',
    status: 400,
  },
  {
    id: 'cl-longer-than-body',
    direction: 'request',
    source: 'RFC 9112 6.3',
    expected: 'forwarded',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello',
    upstream: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello',
    status: 0,
    incomplete: true,
  },
];

export const REQUEST_FRAMING: readonly RequestCase[] = [...BOTH.map(rejectedCoding), ...CODING.map(rejectedCoding), ...LENGTH.map(rejectedLength), ...PASSED];
