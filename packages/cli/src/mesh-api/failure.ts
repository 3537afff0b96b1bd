import type { ApiError } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';

/** An answer of the control plane as an error of a command: what, where, and what to do. Others stay as they are. */
export function toCommandError(error: unknown, endpoint: string): unknown {
  // By name: the client is loaded by the commands that call, and not for this question.
  if (!(error instanceof Error) || error.name !== 'ApiError') return error;
  const { status, code, message, fields, requestId } = error as ApiError;
  const exitCode = status === 412 || status === 422 || code === 'LAST_PROVIDER' ? EXIT.REFUSED : EXIT.FAILED;
  const lines = [`${message}${adviceFor(error as ApiError, endpoint)}`];
  // A single field has said it all in the message.
  for (const field of fields.filter((item) => !message.includes(item.message)))
    lines.push(`  ${field.path}: ${field.message}`);
  if (status >= 500 && requestId !== '')
    lines.push(`  request ${requestId}, to be found in the log of the control plane`);
  return new CommandError(exitCode, code, lines.join('\n'));
}

function adviceFor({ code, message, retryAfterSeconds }: ApiError, endpoint: string): string {
  switch (code) {
    case 'NO_ANSWER':
      return `; is a control plane running there? \`weft up\` starts one, --endpoint names another`;
    case 'UNAUTHENTICATED':
    case 'SESSION_ENDED':
    case 'TOKEN_REVOKED':
    case 'BAD_LOGIN':
    case 'PASSWORD_CHANGE':
      return `; log in again: weft login --endpoint ${endpoint}`;
    case 'LAST_PROVIDER':
      return /force/.test(message) ? ' (--force)' : '';
    case 'RATE_LIMITED':
    case 'LOCKED_OUT':
      return retryAfterSeconds === null ? '' : `; try again in ${retryAfterSeconds} s`;
    default:
      return '';
  }
}
