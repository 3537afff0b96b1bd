import type { MadeUpAnswer, Protocol, RequestHead } from '@weft/sdk';

/** Why the caller of a request cannot be given a success that a rule makes up; '' when it can. */
export function madeUpProblemOf(protocol: Protocol | undefined, request: RequestHead, answer: MadeUpAnswer): string {
  const problem = protocol?.madeUpProblem?.(request, answer);
  if (problem !== undefined) return problem;
  return request.family === 'http' ? '' : `the protocol ${request.protocol} has no words for an answer that is made up`;
}
