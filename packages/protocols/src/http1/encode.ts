import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap } from '@weft/sdk';
import { isForbiddenTrailer } from '../common/http/hop-headers.ts';
import type { RenderedReply } from '../common/http/local-reply.ts';
import { expectsBody } from '../common/http/methods.ts';
import { statusText } from '../common/http/status-text.ts';
import { isFieldValue, isLowerToken, isToken } from '../common/http/tokens.ts';
import { Http1Fields } from './fields.ts';
import { FIELD_STRIDE, Framing, KIND_MASK, Kind } from './frame.ts';
import type { Http1RequestHead, Http1ResponseHead } from './head.ts';

const CRLF = 0x0d0a;

/** What the response says about the connection. */
export const ConnectionOption = { NONE: 0, CLOSE: 1, KEEP_ALIVE: 2 } as const;
export type ConnectionOption = (typeof ConnectionOption)[keyof typeof ConnectionOption];

/** What happens to the Content-Length field that came with a head. */
export const LengthField = { DROP: 0, KEEP: 1 } as const;
export type LengthField = (typeof LengthField)[keyof typeof LengthField];

/** `name: value` from the bytes received, with one blank and none behind. */
function writeNormalised(out: OutputBuffer, head: Http1Fields, offset: number): void {
  const { bytes, base, fields } = head;
  const nameStart = fields[offset] as number;
  const nameEnd = fields[offset + 1] as number;
  const valueStart = fields[offset + 2] as number;
  const valueEnd = fields[offset + 3] as number;
  out.write(bytes, base + nameStart, base + nameEnd);
  out.writeLatin1(': ');
  out.write(bytes, base + valueStart, base + valueEnd);
  out.writeUint16(CRLF);
}

function writeExtras(out: OutputBuffer, extras: readonly string[]): void {
  for (let i = 0; i < extras.length; i += 2) {
    const name = extras[i] as string;
    // The length is written by whoever decides the framing.
    if (name !== 'content-length') out.writeLatin1(`${name}: ${extras[i + 1] as string}\r\n`);
  }
}

/** Where the line of this field ends: where the next one begins. */
function lineEnd(head: Http1Fields, offset: number): number {
  const next = offset + FIELD_STRIDE;
  return next < head.count * FIELD_STRIDE ? (head.fields[next] as number) : head.headLength - 2;
}

/**
 * Writes a request head that this codec decoded: runs of unchanged lines are copied as they came, in between only what
 * means this hop is left out or written anew. `switching`: the request asks for another protocol.
 * @returns false when an edit made it unfit to be sent; nothing was written then.
 */
export function writeRequestHead(
  out: OutputBuffer,
  head: Http1RequestHead,
  framing: Framing,
  switching: boolean,
): boolean {
  if (head.spoilt) return false;
  const { bytes, base, fields } = head;
  let run = base;
  if (head.lineChanged) {
    const target = head.method === 'CONNECT' ? head.authority : head.path;
    if (target === '' || (target === '*' && head.method !== 'OPTIONS')) return false;
    out.writeLatin1(`${head.method} ${target} HTTP/1.1\r\n`);
    run += head.lineLength;
  }
  if (head.hostAt < 0) out.writeLatin1(`host: ${head.authority}\r\n`);
  const keepLength = framing === Framing.LENGTH || (framing === Framing.NONE && head.contentLength === 0);
  // Without a body there is nothing to expect: an Expect alone makes two parties wait for different things.
  const keepExpect = framing !== Framing.NONE;
  let hasLength = false;
  const behind = head.count * FIELD_STRIDE;
  for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
    const meta = fields[offset + 4] as number;
    if (meta === Kind.OTHER || (meta === Kind.EXPECT && keepExpect) || (meta === Kind.HOST && !head.authorityChanged))
      continue;
    if (meta === Kind.CONTENT_LENGTH && keepLength) {
      hasLength = true;
      continue;
    }
    const lineStart = base + (fields[offset] as number);
    if (lineStart > run) out.write(bytes, run, lineStart);
    run = base + lineEnd(head, offset);
    const kind = meta & KIND_MASK;
    if (kind === Kind.OTHER || (kind === Kind.EXPECT && keepExpect)) writeNormalised(out, head, offset);
    else if (kind === Kind.HOST) out.writeLatin1(`host: ${head.authority}\r\n`);
  }
  out.write(bytes, run, base + head.headLength - 2);
  if (head.extras !== null) writeExtras(out, head.extras);
  if (switching && head.upgrade !== 'connect') {
    out.writeLatin1(`connection: upgrade${head.teTrailers ? ', te' : ''}\r\nupgrade: ${head.upgrade}\r\n`);
    if (head.teTrailers) out.writeLatin1('te: trailers\r\n');
  } else if (head.teTrailers) {
    out.writeLatin1('connection: te\r\nte: trailers\r\n');
  }
  if (!hasLength) writeRequestFraming(out, framing, head.contentLength, head.method);
  out.writeUint16(CRLF);
  return true;
}

/** The framing field of a request that has none yet. */
export function writeRequestFraming(out: OutputBuffer, framing: Framing, contentLength: number, method: string): void {
  if (framing === Framing.CHUNKED) out.writeLatin1('transfer-encoding: chunked\r\n');
  else if (framing === Framing.LENGTH) out.writeLatin1(`content-length: ${contentLength}\r\n`);
  else if (framing === Framing.NONE && (contentLength === 0 || expectsBody(method)))
    out.writeLatin1('content-length: 0\r\n');
}

/**
 * Writes a response head that this codec decoded; see `writeRequestHead`.
 * @param upgrade value of the Upgrade field to send with a 101, '' for none.
 */
export function writeResponseHead(
  out: OutputBuffer,
  head: Http1ResponseHead,
  framing: Framing,
  length: LengthField,
  option: ConnectionOption,
  upgrade: string,
): boolean {
  if (head.spoilt) return false;
  const { bytes, base, fields } = head;
  let run = base;
  if (head.minorVersion !== 1) {
    out.writeLatin1('HTTP/1.1');
    run += head.statusStart;
  }
  const keepLength = length === LengthField.KEEP && head.contentLength >= 0;
  let hasLength = false;
  const behind = head.count * FIELD_STRIDE;
  for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
    const meta = fields[offset + 4] as number;
    if (meta === Kind.OTHER || meta === Kind.EXPECT || meta === Kind.HOST) continue;
    if (meta === Kind.CONTENT_LENGTH && keepLength) {
      hasLength = true;
      continue;
    }
    const lineStart = base + (fields[offset] as number);
    if (lineStart > run) out.write(bytes, run, lineStart);
    run = base + lineEnd(head, offset);
    const kind = meta & KIND_MASK;
    if (kind === Kind.OTHER || kind === Kind.EXPECT || kind === Kind.HOST) writeNormalised(out, head, offset);
  }
  out.write(bytes, run, base + head.headLength - 2);
  if (head.extras !== null) writeExtras(out, head.extras);
  writeResponseEnd(out, framing, keepLength && !hasLength ? head.contentLength : -1, hasLength, option, upgrade);
  return true;
}

/** The fields that this hop adds to a response, and the empty line. `contentLength` -1: none to write. */
function writeResponseEnd(
  out: OutputBuffer,
  framing: Framing,
  contentLength: number,
  hasLength: boolean,
  option: ConnectionOption,
  upgrade: string,
): void {
  if (contentLength >= 0) out.writeLatin1(`content-length: ${contentLength}\r\n`);
  else if (framing === Framing.CHUNKED) out.writeLatin1('transfer-encoding: chunked\r\n');
  else if (framing === Framing.LENGTH && !hasLength) out.writeLatin1('content-length: 0\r\n');
  if (upgrade !== '') out.writeLatin1(`connection: upgrade\r\nupgrade: ${upgrade}\r\n`);
  else if (option === ConnectionOption.CLOSE) out.writeLatin1('connection: close\r\n');
  else if (option === ConnectionOption.KEEP_ALIVE) out.writeLatin1('connection: keep-alive\r\n');
  out.writeUint16(CRLF);
}

/** Writes a response head whose fields another codec decoded; `lines` has been checked by `ForeignHead`. */
export function writeForeignResponse(
  out: OutputBuffer,
  status: number,
  lines: string,
  framing: Framing,
  contentLength: number,
  option: ConnectionOption,
  upgrade: string,
): void {
  out.writeLatin1(`HTTP/1.1 ${status} ${statusText(status)}\r\n`);
  out.writeLatin1(lines);
  writeResponseEnd(out, framing, contentLength, false, option, upgrade);
}

/** Writes an answer of the proxy itself. `withBody`: the request was not HEAD and the status allows one. */
export function writeReply(
  out: OutputBuffer,
  reply: RenderedReply,
  withLength: boolean,
  withBody: boolean,
  option: ConnectionOption,
): void {
  let lines = `HTTP/1.1 ${reply.status} ${statusText(reply.status)}\r\n`;
  for (const [name, value] of reply.headers) {
    if (isToken(name) && isFieldValue(value)) lines += `${name}: ${value}\r\n`;
  }
  out.writeLatin1(lines);
  writeResponseEnd(out, Framing.NONE, withLength ? reply.body.length : -1, false, option, '');
  if (withBody) out.write(reply.body);
}

/** The answer to a request that could not be understood; the connection ends behind it. */
export function writeRefusal(out: OutputBuffer, status: number): void {
  out.writeLatin1(`HTTP/1.1 ${status} ${statusText(status)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}

/** Writes a trailer section without its empty line. What must not be in one, or could not be read back, is dropped. */
export function writeTrailers(out: OutputBuffer, trailers: HeaderMap): void {
  if (trailers instanceof Http1Fields) {
    const behind = trailers.count * FIELD_STRIDE;
    for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
      if (((trailers.fields[offset + 4] as number) & KIND_MASK) === Kind.OTHER) writeNormalised(out, trailers, offset);
    }
    const extras = trailers.extras;
    if (extras === null) return;
    for (let i = 0; i < extras.length; i += 2) writeTrailer(out, extras[i] as string, extras[i + 1] as string);
    return;
  }
  trailers.forEach((name, value) => writeTrailer(out, name, value));
}

function writeTrailer(out: OutputBuffer, name: string, value: string): void {
  if (isLowerToken(name) && isFieldValue(value) && !isForbiddenTrailer(name)) out.writeLatin1(`${name}: ${value}\r\n`);
}
