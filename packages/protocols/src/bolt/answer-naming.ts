import { type AnswerNaming, numberedNames } from '@weft/sdk';
import { BoltStatus, toBoltStatus } from './status.ts';

const nameOf = numberedNames(BoltStatus);

/** By the response status; an exception of the service comes with that of success. */
export const boltAnswers: AnswerNaming = {
  ofHead: ({ nativeStatus, applicationError }) => `${nameOf(nativeStatus)}${applicationError ? ', exception' : ''}`,
  ofReply: (_request, reply) => nameOf(toBoltStatus(reply)),
};
