import type { HeaderMap, ProtocolFamily, RequestHead, ResponseHead } from '@weft/sdk';

type Fields = readonly (readonly [name: string, value: string])[];

/** Fields that no codec of ours has seen: whatever is put in comes out. */
export class SyntheticFields implements HeaderMap {
  readonly fields: Fields;

  constructor(fields: Fields) {
    this.fields = fields;
  }

  get(name: string): string | undefined {
    return this.fields.find((field) => field[0] === name)?.[1];
  }
  getAll(name: string): readonly string[] {
    return this.fields.filter((field) => field[0] === name).map((field) => field[1]);
  }
  set(): void {}
  add(): void {}
  remove(): void {}
  forEach(visit: (name: string, value: string) => void): void {
    for (const [name, value] of this.fields) visit(name, value);
  }
  keep(): void {}
}

/** A request head as HTTP/2 would deliver it if it checked nothing. */
export class SyntheticRequest extends SyntheticFields implements RequestHead {
  readonly protocol: string = 'Http2';
  readonly family: ProtocolFamily = 'http';
  method: string;
  path: string;
  authority: string;
  readonly contentLength: number;
  readonly upgrade: string;
  readonly scheme: string = 'http';
  readonly service: string = '';
  readonly oneWay: boolean = false;
  readonly expectsContinue: boolean = false;
  readonly timeoutMs: number = 0;
  readonly idempotent: boolean = false;
  readonly wireBytes: number = 0;

  constructor(method: string, path: string, authority: string, fields: Fields, contentLength: number) {
    super(fields);
    this.method = method;
    this.path = path;
    this.authority = authority;
    this.contentLength = contentLength;
    this.upgrade = method === 'CONNECT' ? 'connect' : '';
  }
}

/** A response head as HTTP/2 would deliver it if it checked nothing. */
export class SyntheticResponse extends SyntheticFields implements ResponseHead {
  readonly protocol: string = 'Http2';
  readonly family: ProtocolFamily = 'http';
  readonly status: number;
  readonly contentLength: number = -1;
  readonly switchesProtocol: boolean = false;
  readonly applicationError: boolean = false;
  readonly wireBytes: number = 0;

  constructor(status: number, fields: Fields) {
    super(fields);
    this.status = status;
  }

  get nativeStatus(): number {
    return this.status;
  }
}
