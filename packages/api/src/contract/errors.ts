import { type Static, Type } from 'typebox';

/**
 * Every error code of the HTTP interface: its status and what the caller can do. Components add none of their own
 * outside this table.
 */
export const API_ERRORS = {
  INVALID: {
    status: 400,
    doc: 'A value is not what the contract says: `fields` names each with value and expectation.',
  },
  UNREADABLE: { status: 400, doc: 'The body is not JSON, or the path or query cannot be decoded.' },
  RANGE_TOO_LONG: { status: 400, doc: 'The range of time is longer than 7 days, or ends before it begins.' },
  BAD_LOGIN: { status: 401, doc: 'Name or password is wrong.' },
  UNAUTHENTICATED: { status: 401, doc: 'No session and no token: log in, or send `Authorization: Bearer`.' },
  SESSION_ENDED: { status: 401, doc: 'The session has ended (8 h idle, 24 h in all, or logged out): log in again.' },
  TOKEN_REVOKED: { status: 401, doc: 'The API token was revoked, has expired or never existed.' },
  FORBIDDEN: { status: 403, doc: 'The permission point named in the message is missing.' },
  CSRF: {
    status: 403,
    doc: 'A call that changes something with a session cookie needs the header `X-Weft-Csrf` of that session.',
  },
  PASSWORD_CHANGE: {
    status: 403,
    doc: 'The one-time password has to be changed first: POST /openapi/v1/osp/session/password.',
  },
  NOT_FOUND: { status: 404, doc: 'There is no such object in this tenant and workspace, or no such path.' },
  METHOD: { status: 405, doc: 'The path exists for other methods; `Allow` names them.' },
  CONFLICT: { status: 409, doc: 'The object is in a state that does not allow this, or one of that name exists.' },
  VERSION_CONFLICT: {
    status: 409,
    doc: 'Somebody else changed it: read it again. The message and the ETag have the current version, `fields` what differs.',
  },
  LAST_PROVIDER: {
    status: 409,
    doc: 'No enabled provider of the service would be left; `force` does it all the same.',
  },
  IDEMPOTENCY_CONFLICT: { status: 409, doc: 'The same Idempotency-Key came with another body within 24 hours.' },
  GUARD: {
    status: 412,
    doc: 'A guard refuses this, such as for the last platform administrator.',
  },
  TOO_LARGE: { status: 413, doc: 'The body is larger than this operation takes.' },
  MEDIA_TYPE: { status: 415, doc: 'Bodies are `application/json`.' },
  PUSH_REJECTED: { status: 422, doc: 'Proxies refused the value; `fields` has their reasons.' },
  IF_MATCH_REQUIRED: { status: 428, doc: 'Send `If-Match` with the version that was read.' },
  RATE_LIMITED: { status: 429, doc: 'Too many calls; `Retry-After` says when to try again.' },
  LOCKED_OUT: { status: 429, doc: 'Too many wrong passwords; `Retry-After` says when to try again.' },
  LIMIT_REACHED: { status: 429, doc: 'A bound of the installation is reached; the message names it.' },
  INTERNAL: { status: 500, doc: 'A defect: look for the request id in the log of the control plane.' },
  UNAVAILABLE: { status: 503, doc: 'A component needed for this is not there; `Retry-After` says when to try again.' },
  FROZEN: { status: 503, doc: 'Pushing is frozen; see GET /openapi/v1/drm/freeze.' },
  STORAGE: { status: 503, doc: 'The database refused (full disk, locked): a call that writes has changed nothing.' },
} as const satisfies Readonly<Record<string, { status: number; doc: string }>>;

export type ApiErrorCode = keyof typeof API_ERRORS;

export const FieldProblem = Type.Object({
  path: Type.String({
    description: 'JSON pointer into the body, or `query.<name>`, `params.<name>`, `headers.<name>`',
  }),
  message: Type.String({ description: 'value found and what was expected' }),
});
export type FieldProblem = Static<typeof FieldProblem>;

/** The body of every answer of 400 and above. */
export const ErrorBody = Type.Object({
  code: Type.Unsafe<ApiErrorCode>({ type: 'string', enum: Object.keys(API_ERRORS) }),
  message: Type.String(),
  fields: Type.Array(FieldProblem),
  requestId: Type.String({ description: 'finds the line in the log of the control plane' }),
});
export type ErrorBody = Static<typeof ErrorBody>;
