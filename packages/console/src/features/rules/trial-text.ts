import type { TrialAnswer, TrialRequest } from '../../services/mapping-trial.ts';

const pairs = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
const withBody = (lines: readonly string[], body: string): string =>
  (body === '' ? lines : [...lines, '', body]).join('\n');

/** A request as text: of HTTP as it is on the wire, or a call with its attachments and arguments. */
export function requestText({ service, method, types, path, headers, body }: TrialRequest): string {
  const first = path === '' ? `${service} ${method}(${types.join(', ')})` : `${method} ${path}`;
  return withBody([first, ...pairs(headers)], body);
}

/** An answer as text, with the class of what was thrown behind its status. */
export function answerText({ status, headers, body, exception }: TrialAnswer): string {
  return withBody([exception === '' ? String(status) : `${status} ${exception}`, ...pairs(headers)], body);
}
