import type { ApiErrorCode, FieldProblem } from '../contract/index.ts';

/** What a call threw: an answer of 400 and above, or no answer at all (`status` 0, `code` NO_ANSWER). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ApiErrorCode | 'NO_ANSWER';
  readonly fields: readonly FieldProblem[];
  readonly requestId: string;
  /** From `Retry-After`; null when the answer has none. */
  readonly retryAfterSeconds: number | null;
  /** Whether the call only reads, so that nothing can have changed by it; false where that is not known. */
  readonly isOfRead: boolean;

  constructor(
    status: number,
    code: ApiErrorCode | 'NO_ANSWER',
    message: string,
    rest: {
      readonly fields?: readonly FieldProblem[];
      readonly requestId?: string;
      readonly retryAfterSeconds?: number | null;
      readonly isOfRead?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, rest.cause === undefined ? undefined : { cause: rest.cause });
    this.status = status;
    this.code = code;
    this.fields = rest.fields ?? [];
    this.requestId = rest.requestId ?? '';
    this.retryAfterSeconds = rest.retryAfterSeconds ?? null;
    this.isOfRead = rest.isOfRead ?? false;
  }
}
