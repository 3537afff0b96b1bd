import type { HeaderMap, RequestHead, ResponseHead } from '@weft/sdk';
import { isForbiddenTrailer, isHopHeader } from '../http/hop-headers.ts';
import { isAuthority, isOriginTarget, isToken } from '../http/tokens.ts';
import { FieldMap } from './field-map.ts';
import { H2RequestHead, H2ResponseHead } from './heads.ts';
import { type Field, FieldKind, HpackEncoder, ownField } from './hpack/index.ts';

/**
 * What a filter or another codec put into the request line can be sent. To be asked first: a block that was begun must be sent,
 * as the peer's table has to follow ours.
 */
export function sendableRequest(head: RequestHead): boolean {
  if (head instanceof H2RequestHead && head.pristine) return true;
  if (!isToken(head.method) || !isAuthority(head.authority)) return false;
  if (head.method === 'CONNECT') return head.authority !== '';
  return head.path === '' || isOriginTarget(head.path);
}

/**
 * Heads of the HTTP family to HPACK blocks. A head that HTTP/2 decoded goes field by field by identity; any other one is
 * visited pair by pair. What belongs to one connection, and pseudo fields that a filter may have set, are left out.
 */
export class HeadEncoder {
  readonly hpack = new HpackEncoder();
  /** One closure for each connection, none for each head. */
  readonly #visitPair = (name: string, value: string): void => {
    if (name === 'host' || name.charCodeAt(0) === 58) return;
    if (isHopHeader(name)) {
      // `te: trailers` is the one that gRPC asks for and HTTP/2 allows.
      if (name === 'te' && value.toLowerCase().includes('trailers')) this.hpack.pair('te', 'trailers');
      return;
    }
    this.#pair(name, value);
  };
  readonly #visitTrailer = (name: string, value: string): void => {
    if (name.charCodeAt(0) !== 58 && !isForbiddenTrailer(name)) this.#pair(name, value);
  };

  request(head: RequestHead): void {
    const hpack = this.hpack;
    hpack.begin();
    if (head instanceof H2RequestHead) {
      this.#pseudo(head.methodField, ':method', head.method);
      if (head.method !== 'CONNECT') {
        this.#pseudo(head.schemeField, ':scheme', head.scheme);
        this.#pseudo(head.pathField, ':path', head.path);
      }
      if (head.authority !== '') {
        // The authority may have come as `host`.
        const field = head.authorityField;
        this.#pseudo(field !== null && field.kind === FieldKind.AUTHORITY ? field : null, ':authority', head.authority);
      }
      hpack.fields(head.fields);
      return;
    }
    hpack.pair(':method', head.method);
    if (head.method !== 'CONNECT') {
      hpack.pair(':scheme', head.scheme === '' ? 'http' : head.scheme);
      hpack.pair(':path', head.path === '' ? '/' : head.path);
    }
    if (head.authority !== '') hpack.pair(':authority', head.authority);
    head.forEach(this.#visitPair);
  }

  response(head: ResponseHead): void {
    this.hpack.begin();
    if (head instanceof H2ResponseHead) {
      this.hpack.field(head.statusField);
      this.hpack.fields(head.fields);
      return;
    }
    this.hpack.pair(':status', String(head.status));
    head.forEach(this.#visitPair);
  }

  trailers(trailers: HeaderMap): void {
    this.hpack.begin();
    if (trailers instanceof FieldMap) this.hpack.fields(trailers.fields);
    else trailers.forEach(this.#visitTrailer);
  }

  /** A name that cannot be sent is left out; values were mended when the field was made. */
  #pair(name: string, value: string): void {
    const field = ownField(name, value);
    if (field.kind === FieldKind.REGULAR || field.kind > FieldKind.HOST) this.hpack.field(field);
  }

  #pseudo(field: Field | null, name: string, value: string): void {
    if (field !== null && field.value === value) this.hpack.field(field);
    else this.hpack.pair(name, value);
  }
}
