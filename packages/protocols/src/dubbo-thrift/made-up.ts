import { thriftAnswer } from '@weft/json-values';
import type { RequestHead } from '@weft/sdk';
import { KeptAnswers } from '../common/kept-answers.ts';
import { FieldType } from './frame.ts';

const NO_FIELDS = Buffer.from([FieldType.STOP]);

/** Result struct of a reply: what the method is to have returned or thrown. Without a text nothing, as for null. */
export const madeUpResults = new KeptAnswers(({ body }) => (body === '' ? NO_FIELDS : thriftAnswer(body)));

/** Such a message has no name here, and no sequence. */
export const NOT_STRICT = 'the message is not in the strict form of the binary protocol';

/** An answer repeats the name and the sequence of its call, and is in the strict form of the binary protocol. */
export function madeUpProblem(request: RequestHead): string {
  return request.method === '' ? NOT_STRICT : '';
}
