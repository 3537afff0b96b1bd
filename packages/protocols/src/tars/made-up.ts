import { tarsAnswer } from '@weft/json-values';
import type { RequestHead } from '@weft/sdk';
import { KeptAnswers } from '../common/kept-answers.ts';
import { TarsRequestHead } from './head.ts';

const NO_FIELDS = Buffer.alloc(0);
/** Its answers have fields by tags; those of TUP and JSON have them by names, which a rule does not know. */
const VERSION_TARS = 1;

/** Buffer of a success: what the method is to have returned, and put into its parameters. Without a text nothing, as for null. */
export const madeUpBuffers = new KeptAnswers(({ body }) => (body === '' ? NO_FIELDS : tarsAnswer(body)));

/** A call that somebody describes has the version that most have. */
export function madeUpProblem(request: RequestHead): string {
  const version = request instanceof TarsRequestHead ? request.version : VERSION_TARS;
  return version === VERSION_TARS
    ? ''
    : `answers of version ${version} (TUP, JSON) name their values, only those of 1 have tags`;
}
