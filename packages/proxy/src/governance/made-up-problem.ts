import type { Protocol, RequestHead } from '@weft/sdk';

/** Why the caller of a request cannot be given a success that a rule makes up; '' when it can. */
export function madeUpProblemOf(protocol: Protocol | undefined, request: RequestHead): string {
  if (request.family === 'http') return '';
  return (
    protocol?.madeUpProblem?.(request) ?? `the protocol ${request.protocol} has no words for an answer that is made up`
  );
}
