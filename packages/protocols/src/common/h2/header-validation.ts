import { FieldMap } from './field-map.ts';
import { H2RequestHead, H2ResponseHead } from './heads.ts';
import { type Field, FieldKind, type HpackDecoder } from './hpack/index.ts';

/**
 * Heads from decoded fields under RFC 9113 sections 8.2 and 8.3. What concerns one field alone (characters, a forbidden name) was
 * checked when the field was made; here are the rules about the list. Null means malformed: a stream error. `Head` is what
 * becomes of them: protocols on HTTP/2 may have a head of their own.
 */
export function readRequestHead(
  decoder: HpackDecoder,
  wireBytes: number,
  Head: typeof H2RequestHead = H2RequestHead,
): H2RequestHead | null {
  const source = decoder.fields;
  const count = decoder.count;
  let method: Field | null = null;
  let scheme: Field | null = null;
  let authority: Field | null = null;
  let path: Field | null = null;
  let at = 0;
  for (; at < count; at++) {
    const field = source[at] as Field;
    if (field.kind === FieldKind.METHOD && method === null) method = field;
    else if (field.kind === FieldKind.SCHEME && scheme === null) scheme = field;
    else if (field.kind === FieldKind.AUTHORITY && authority === null) authority = field;
    else if (field.kind === FieldKind.PATH && path === null) path = field;
    else break;
  }
  if (method === null) return null;
  const connect = method.value === 'CONNECT';
  if (connect) {
    if (scheme !== null || path !== null || authority === null || authority.value === '') return null;
  } else if (scheme === null || path === null || (path.value === '*' && method.value !== 'OPTIONS')) {
    return null;
  }
  const fields = takeRegular(decoder, at);
  if (fields === null) return null;
  const { kinds } = decoder;
  const host = (kinds & (1 << FieldKind.HOST)) === 0 ? undefined : takeHost(fields);
  if (host === null) return null;
  if (host !== undefined) {
    if (authority === null) return new Head(fields, kinds, wireBytes, method, scheme, host, path);
    if (authority.value.toLowerCase() !== host.value.toLowerCase()) return null;
  }
  return new Head(fields, kinds, wireBytes, method, scheme, authority, path);
}

/** @param toConnect the request was CONNECT, so that 2xx opens a tunnel. */
export function readResponseHead(decoder: HpackDecoder, wireBytes: number, toConnect: boolean): H2ResponseHead | null {
  const statusField = decoder.fields[0];
  if (decoder.count === 0 || statusField === undefined || statusField.kind !== FieldKind.STATUS) return null;
  const status = Number(statusField.value);
  // HTTP/2 has no way to switch protocols (RFC 9113 section 8.6).
  if (status === 101) return null;
  const fields = takeRegular(decoder, 1);
  if (fields === null) return null;
  const isTunnel = toConnect && status >= 200 && status < 300;
  return new H2ResponseHead(fields, decoder.kinds, wireBytes, statusField, status, isTunnel);
}

export function readTrailers(decoder: HpackDecoder): FieldMap | null {
  const fields = takeRegular(decoder, 0);
  return fields === null ? null : new FieldMap(fields, decoder.kinds);
}

/**
 * The fields behind the first `from`, which are pseudo fields: null when another pseudo field, a connection or an invalid field
 * is among them. Repeated `content-length` only with one value, kept once.
 */
function takeRegular(decoder: HpackDecoder, from: number): Field[] | null {
  if (decoder.specials !== from) return null;
  const fields = decoder.fields.slice(from, decoder.count);
  return decoder.lengths <= 1 || mergeLengths(fields) ? fields : null;
}

function mergeLengths(fields: Field[]): boolean {
  let length: Field | null = null;
  for (const field of fields) {
    if (field.kind !== FieldKind.CONTENT_LENGTH) continue;
    if (length === null) length = field;
    else if (length.value !== field.value) return false;
  }
  dropAllButFirst(fields, FieldKind.CONTENT_LENGTH);
  return true;
}

/** Takes `host` out. Undefined: none there; null: more than one value. */
function takeHost(fields: Field[]): Field | null | undefined {
  let host: Field | undefined;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as Field;
    if (field.kind !== FieldKind.HOST) continue;
    if (host !== undefined) return null;
    host = field;
    fields.splice(i--, 1);
  }
  return host;
}

function dropAllButFirst(fields: Field[], kind: number): void {
  let seen = false;
  for (let i = 0; i < fields.length; i++) {
    if ((fields[i] as Field).kind !== kind) continue;
    if (seen) fields.splice(i--, 1);
    seen = true;
  }
}
