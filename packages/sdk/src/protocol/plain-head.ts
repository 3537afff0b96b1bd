import type { HeaderMap, ProtocolFamily, RequestHead, ResponseHead } from './headers.ts';

/**
 * Headers as plain strings: for protocols without a need for speed, for transcoders and for tests. Names are compared as
 * they are. Nothing is borrowed, so `keep` has nothing to do.
 */
export class PlainHeaders implements HeaderMap {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  constructor(pairs: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of pairs) this.add(name, value);
  }

  get(name: string): string | undefined {
    return this.#values[this.#names.indexOf(name)];
  }

  getAll(name: string): readonly string[] {
    return this.#values.filter((_value, index) => this.#names[index] === name);
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  add(name: string, value: string): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  remove(name: string): void {
    for (let at = this.#names.lastIndexOf(name); at >= 0; at = this.#names.lastIndexOf(name)) {
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  forEach(visit: (name: string, value: string) => void): void {
    this.#names.forEach((name, index) => {
      visit(name, this.#values[index] as string);
    });
  }

  keep(): void {}
}

/** A request head of strings; what is not given is empty, 0 or false, `contentLength` and `timeoutMs` excepted. */
export class PlainRequestHead extends PlainHeaders implements RequestHead {
  readonly protocol: string;
  readonly family: ProtocolFamily;
  method: string;
  authority: string;
  path: string;
  readonly scheme: string;
  readonly service: string;
  readonly oneWay: boolean;
  /** Default -1: not known in advance. */
  readonly contentLength: number;
  readonly upgrade: string;
  readonly expectsContinue: boolean;
  readonly timeoutMs: number;
  readonly idempotent: boolean;
  readonly wireBytes: number;

  constructor(
    protocol: string,
    family: ProtocolFamily,
    fields: Partial<Omit<RequestHead, keyof HeaderMap | 'protocol' | 'family'>> = {},
    headers: Iterable<readonly [name: string, value: string]> = [],
  ) {
    super(headers);
    this.protocol = protocol;
    this.family = family;
    this.method = fields.method ?? '';
    this.authority = fields.authority ?? '';
    this.path = fields.path ?? '';
    this.scheme = fields.scheme ?? '';
    this.service = fields.service ?? '';
    this.oneWay = fields.oneWay ?? false;
    this.contentLength = fields.contentLength ?? -1;
    this.upgrade = fields.upgrade ?? '';
    this.expectsContinue = fields.expectsContinue ?? false;
    this.timeoutMs = fields.timeoutMs ?? 0;
    this.idempotent = fields.idempotent ?? false;
    this.wireBytes = fields.wireBytes ?? 0;
  }
}

/** A response head of strings. */
export class PlainResponseHead extends PlainHeaders implements ResponseHead {
  readonly protocol: string;
  readonly family: ProtocolFamily;
  readonly status: number;
  readonly nativeStatus: number;
  readonly contentLength: number;
  readonly switchesProtocol: boolean;
  readonly applicationError: boolean;
  readonly refused: boolean;
  readonly wireBytes: number;

  constructor(
    protocol: string,
    family: ProtocolFamily,
    status: number,
    fields: Partial<Omit<ResponseHead, keyof HeaderMap | 'protocol' | 'family' | 'status'>> = {},
    headers: Iterable<readonly [name: string, value: string]> = [],
  ) {
    super(headers);
    this.protocol = protocol;
    this.family = family;
    this.status = status;
    this.nativeStatus = fields.nativeStatus ?? status;
    this.contentLength = fields.contentLength ?? -1;
    this.switchesProtocol = fields.switchesProtocol ?? false;
    this.applicationError = fields.applicationError ?? false;
    this.refused = fields.refused ?? status === 429;
    this.wireBytes = fields.wireBytes ?? 0;
  }
}
