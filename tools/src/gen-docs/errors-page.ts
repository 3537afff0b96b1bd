import { ERROR_CODES, EXIT } from '@weft/kit';
import { code, generatedNotice, markdownTable } from './markdown.ts';

/** What the exit codes mean to whoever started the process. */
const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  OK: 'Done as asked.',
  FAILED:
    'Something went wrong, or the answer of a command is no (`validate`, `explain`, `status`, `doctor`); the message says what.',
  USAGE: 'The command line is wrong.',
  REFUSED: 'The process that was asked refused, and nothing has changed.',
  INTERNAL: 'A defect in Weft. Please report it with the log lines.',
  CONFIG:
    'A proxy cannot start with this configuration, address or limit of the system, and will not when tried again; every problem is listed with its code.',
};

export function errorsPage(): string {
  const codes = Object.entries(ERROR_CODES).map(([name, { message, status, doc }]) => [
    code(name),
    message,
    status === 0 ? '' : String(status),
    doc,
  ]);
  const exits = Object.entries(EXIT).map(([name, value]) => [String(value), EXIT_MEANING[name as keyof typeof EXIT]]);
  return `${generatedNotice('packages/kit/src/errors/codes.ts')}

# Errors

Every error of Weft carries one of these codes. They appear unchanged in logs, in the access log and in answers that the
proxy gives itself. *Status* is the HTTP status that a caller sees; other protocols translate it. Codes without a status
never end a request.

${markdownTable(['Code', 'Message', 'Status', 'What to know or do'], codes)}

## Exit codes

${markdownTable(['Code', 'Meaning'], exits)}
`;
}
