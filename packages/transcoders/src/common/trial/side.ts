import type { RequestHead, ResponseHead } from '@weft/sdk';
import type { TrialAnswer, TrialRequest } from './trial.ts';

/** How messages of a family are made of words, and told in them. */
export interface Side {
  /** @throws ValueError for words that make no message */
  request(sample: TrialRequest): { readonly head: RequestHead; readonly body: Buffer };
  tellRequest(head: RequestHead, body: Buffer): TrialRequest;
  /**
   * @param request what is answered
   * @throws ValueError
   */
  answer(sample: TrialAnswer, request: TrialRequest): { readonly head: ResponseHead; readonly body: Buffer };
  tellAnswer(head: ResponseHead, body: Buffer): TrialAnswer;
}

/** Headers of a head but for those that stand for fields without a name on the wire. */
export function headersOf(
  head: RequestHead | ResponseHead,
  hidden: ReadonlySet<string> = NONE,
): Record<string, string> {
  const headers: [string, string][] = [];
  head.forEach((name, value) => {
    if (!name.startsWith(':') && !hidden.has(name)) headers.push([name, value]);
  });
  return Object.fromEntries(headers);
}

const NONE: ReadonlySet<string> = new Set();
