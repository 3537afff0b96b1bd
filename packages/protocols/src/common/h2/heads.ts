import type { ProtocolFamily, RequestHead, ResponseHead } from '@weft/sdk';
import { isGrpcContentType } from '../http/local-reply.ts';
import { isIdempotentMethod } from '../http/methods.ts';
import { parseContentLength } from '../http/tokens.ts';
import { FieldMap } from './field-map.ts';
import { parseGrpcTimeout } from './grpc-timeout.ts';
import { type Field, FieldKind } from './hpack/index.ts';

export const PROTOCOL_NAME = 'Http2';

abstract class H2Head extends FieldMap {
  /** Bytes of the header block with its frame head. */
  readonly wireBytes: number;

  constructor(fields: Field[], kinds: number, wireBytes: number) {
    super(fields, kinds);
    this.wireBytes = wireBytes;
  }

  get protocol(): string {
    return PROTOCOL_NAME;
  }

  get family(): ProtocolFamily {
    return 'http';
  }

  get contentLength(): number {
    const field = this.byKind(FieldKind.CONTENT_LENGTH);
    return field === undefined ? -1 : parseContentLength(field.value);
  }

  get grpc(): boolean {
    const field = this.byKind(FieldKind.CONTENT_TYPE);
    return field !== undefined && isGrpcContentType(field.value);
  }
}

/** A request head decoded from HTTP/2. The four pseudo fields are kept beside their strings, so that an encoder finds them by identity. */
export class H2RequestHead extends H2Head implements RequestHead {
  method: string;
  authority: string;
  path: string;
  readonly scheme: string;
  readonly methodField: Field;
  readonly schemeField: Field | null;
  readonly authorityField: Field | null;
  readonly pathField: Field | null;

  constructor(
    fields: Field[],
    kinds: number,
    wireBytes: number,
    method: Field,
    scheme: Field | null,
    authority: Field | null,
    path: Field | null,
  ) {
    super(fields, kinds, wireBytes);
    this.method = method.value;
    this.authority = authority === null ? '' : authority.value;
    this.path = path === null ? '' : path.value;
    this.scheme = scheme === null ? '' : scheme.value;
    this.methodField = method;
    this.schemeField = scheme;
    this.authorityField = authority;
    this.pathField = path;
  }

  /** Nothing of the request line was changed. */
  get pristine(): boolean {
    return (
      this.method === this.methodField.value &&
      this.path === (this.pathField === null ? '' : this.pathField.value) &&
      this.authority === (this.authorityField === null ? '' : this.authorityField.value)
    );
  }

  override get(name: string): string | undefined {
    if (name === 'host') return this.authority === '' ? undefined : this.authority;
    return super.get(name);
  }

  override set(name: string, value: string): void {
    if (name === 'host') this.authority = value;
    else super.set(name, value);
  }

  override add(name: string, value: string): void {
    if (name === 'host') this.authority = value;
    else super.add(name, value);
  }

  get oneWay(): boolean {
    return false;
  }

  /** gRPC: `/package.Service/Method` without the method. */
  get service(): string {
    const slash = this.path.indexOf('/', 1);
    return slash > 1 && this.grpc ? this.path.slice(1, slash) : '';
  }

  get upgrade(): string {
    return this.method === 'CONNECT' ? 'connect' : '';
  }

  get expectsContinue(): boolean {
    const field = this.byKind(FieldKind.EXPECT);
    return field !== undefined && field.value.toLowerCase() === '100-continue';
  }

  get timeoutMs(): number {
    const field = this.byKind(FieldKind.GRPC_TIMEOUT);
    return field === undefined ? 0 : parseGrpcTimeout(field.value);
  }

  get idempotent(): boolean {
    return isIdempotentMethod(this.method);
  }
}

export class H2ResponseHead extends H2Head implements ResponseHead {
  readonly status: number;
  readonly statusField: Field;
  readonly switchesProtocol: boolean;

  constructor(
    fields: Field[],
    kinds: number,
    wireBytes: number,
    statusField: Field,
    status: number,
    switchesProtocol: boolean,
  ) {
    super(fields, kinds, wireBytes);
    this.status = status;
    this.statusField = statusField;
    this.switchesProtocol = switchesProtocol;
  }

  get nativeStatus(): number {
    return this.status;
  }

  /** A trailers-only gRPC answer has its status in the head. */
  get applicationError(): boolean {
    const field = this.byKind(FieldKind.GRPC_STATUS);
    return field !== undefined && field.value !== '0';
  }
}
