import type { ProtocolFamily, RequestHead, ResponseHead } from '@weft/sdk';
import { latin1 } from '../common/http/latin1.ts';
import { isIdempotentMethod } from '../common/http/methods.ts';
import { isAuthority, isOriginTarget, isToken } from '../common/http/tokens.ts';
import { sharedLatin1 } from '../common/shared-text.ts';
import { Http1Fields } from './fields.ts';
import { EMPTY_BYTES, TargetForm } from './frame.ts';
import type { HeadScan } from './scan.ts';

export const PROTOCOL_NAME = 'Http1';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'];

const GET = 0x20544547;
const POST = 0x54534f50;

/** The usual methods are shared strings; comparing those is comparing pointers. `bytes` go on behind the method. */
function methodOf(bytes: Buffer, start: number, length: number): string {
  const first = bytes[start] as number;
  const four =
    first |
    ((bytes[start + 1] as number) << 8) |
    ((bytes[start + 2] as number) << 16) |
    ((bytes[start + 3] as number) << 24);
  if (four === GET) return 'GET';
  if (four === POST && length === 4) return 'POST';
  for (let i = 0; i < METHODS.length; i++) {
    const method = METHODS[i] as string;
    if (method.length !== length || method.charCodeAt(0) !== first) continue;
    let at = 1;
    while (at < length && bytes[start + at] === method.charCodeAt(at)) at++;
    if (at === length) return method;
  }
  return latin1(bytes, start, start + length);
}

/** A request head as it was received, with the edits of filters on top. */
export class Http1RequestHead extends Http1Fields implements RequestHead {
  readonly minorVersion: number;
  /** The body is chunked. */
  readonly chunked: boolean;
  readonly expectsContinue: boolean;
  readonly upgrade: string;
  readonly scheme: string;
  readonly targetForm: number;
  /** Length of the request line with its end. */
  readonly lineLength: number;
  /** The request line as received does not say what must be sent. */
  lineChanged: boolean;
  /** The Host field as received does not say what must be sent. */
  authorityChanged = false;
  readonly hostAt: number;
  readonly teTrailers: boolean;
  #method: string;
  #authority: string | null = null;
  #path: string | null = null;
  readonly #authorityStart: number;
  readonly #authorityEnd: number;
  readonly #pathStart: number;
  readonly #pathEnd: number;

  constructor(bytes: Buffer, base: number, scan: HeadScan, upgrade: string) {
    super(bytes, base, scan);
    this.minorVersion = scan.minorVersion;
    this.chunked = scan.chunked;
    this.expectsContinue = scan.expectsContinue;
    this.upgrade = upgrade;
    this.scheme = scan.secure ? 'https' : 'http';
    this.targetForm = scan.targetForm;
    this.lineLength = scan.lineLength;
    this.lineChanged = scan.minorVersion !== 1 || scan.targetForm === TargetForm.ABSOLUTE;
    this.hostAt = scan.hostAt;
    this.teTrailers = scan.teTrailers;
    this.#method = methodOf(bytes, base, scan.methodLength);
    this.#authorityStart = scan.authorityStart;
    this.#authorityEnd = scan.authorityEnd;
    this.#pathStart = scan.pathStart;
    this.#pathEnd = scan.pathEnd;
    // The target outranks Host (RFC 9112 section 3.2.2): one of them is the truth behind us, so both must say the same.
    if (scan.targetForm === TargetForm.ABSOLUTE || scan.targetForm === TargetForm.AUTHORITY)
      this.authorityChanged = true;
  }

  get protocol(): string {
    return PROTOCOL_NAME;
  }

  get family(): ProtocolFamily {
    return 'http';
  }

  get timeoutMs(): number {
    return 0;
  }

  get oneWay(): boolean {
    return false;
  }

  get service(): string {
    return '';
  }

  get method(): string {
    return this.#method;
  }

  set method(method: string) {
    this.#method = method;
    this.lineChanged = true;
    if (!isToken(method)) this.spoilt = true;
  }

  get authority(): string {
    if (this.#authority === null) {
      if (this.bytes === EMPTY_BYTES) return '';
      this.#authority = sharedLatin1(this.bytes, this.base + this.#authorityStart, this.base + this.#authorityEnd);
    }
    return this.#authority;
  }

  set authority(authority: string) {
    this.#authority = authority;
    this.authorityChanged = true;
    if (this.targetForm === TargetForm.AUTHORITY) this.lineChanged = true;
    if (!isAuthority(authority)) this.spoilt = true;
  }

  get path(): string {
    this.#path ??= this.#readPath();
    return this.#path;
  }

  set path(path: string) {
    this.#path = path;
    this.lineChanged = true;
    if (!isOriginTarget(path)) this.spoilt = true;
  }

  get idempotent(): boolean {
    return isIdempotentMethod(this.#method);
  }

  override get(name: string): string | undefined {
    if (name === 'host') return this.hostAt < 0 && !this.authorityChanged ? undefined : this.authority;
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

  override remove(name: string): void {
    // A request without Host is none.
    if (name !== 'host') super.remove(name);
  }

  protected override get forwardsTe(): boolean {
    return this.teTrailers;
  }

  #readPath(): string {
    if (this.targetForm === TargetForm.AUTHORITY || this.bytes === EMPTY_BYTES) return '';
    const path = sharedLatin1(this.bytes, this.base + this.#pathStart, this.base + this.#pathEnd);
    if (this.targetForm !== TargetForm.ABSOLUTE) return path;
    if (path === '') return this.#method === 'OPTIONS' ? '*' : '/';
    return path.charCodeAt(0) === 63 ? `/${path}` : path;
  }
}

/** A response head as it was received, with the edits of filters on top. */
export class Http1ResponseHead extends Http1Fields implements ResponseHead {
  readonly status: number;
  readonly minorVersion: number;
  readonly chunked: boolean;
  readonly switchesProtocol: boolean;
  readonly lineLength: number;
  /** Offset of the blank in front of the status. */
  readonly statusStart: number;
  readonly upgradeAt: number;

  constructor(bytes: Buffer, base: number, scan: HeadScan, switchesProtocol: boolean) {
    super(bytes, base, scan);
    this.status = scan.status;
    this.minorVersion = scan.minorVersion;
    this.chunked = scan.chunked;
    this.switchesProtocol = switchesProtocol;
    this.lineLength = scan.lineLength;
    this.statusStart = scan.statusStart;
    this.upgradeAt = scan.upgradeAt;
  }

  get protocol(): string {
    return PROTOCOL_NAME;
  }

  get family(): ProtocolFamily {
    return 'http';
  }

  get applicationError(): boolean {
    return false;
  }

  get nativeStatus(): number {
    return this.status;
  }
}
