import { API_ERRORS, type ApiErrorCode, type FieldProblem } from '@weft/api';

/** What a handler throws to answer with an error of the contract. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: ApiErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    rest: { readonly fields?: readonly FieldProblem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.fields = rest.fields ?? [];
    this.headers = rest.headers ?? {};
  }

  get status(): number {
    return API_ERRORS[this.code].status;
  }
}

export const notFound = (what: string): ApiFailure =>
  new ApiFailure('NOT_FOUND', `${what}: not found in this tenant and workspace`);

/** Of a thing that is there, something is not: said in words of its own. */
export const lacks = (words: string): ApiFailure => new ApiFailure('NOT_FOUND', words);

/** A field that does not fit: the path is a JSON pointer, or `query.<name>` and the like. */
export const invalid = (path: string, message: string): ApiFailure =>
  new ApiFailure('INVALID', `${path}: ${message}`, { fields: [{ path, message }] });

export const retryAfter = (code: ApiErrorCode, message: string, seconds: number): ApiFailure =>
  new ApiFailure(code, message, { headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) } });
