import { type AnswerNaming, numberedNames } from '@weft/sdk';
import { toTarsReply } from './local-replies.ts';
import { TarsRet } from './status.ts';

const nameOf = numberedNames(TarsRet);

/** By the return code: names are those of the framework, numbers above 0 are the function's own. */
export const tarsAnswers: AnswerNaming = {
  ofHead: ({ nativeStatus }) => nameOf(nativeStatus),
  ofReply: (_request, reply) => nameOf(toTarsReply(reply).ret),
};
