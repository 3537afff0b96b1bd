import { type AnswerNaming, numberedNames } from '@weft/sdk';
import { toThriftReply } from './local-replies.ts';
import { ExceptionType, NO_EXCEPTION } from './status.ts';

const nameOf = numberedNames(ExceptionType);

/** By the type of the TApplicationException; what a service throws itself is a result for the protocol. */
export const dubboThriftAnswers: AnswerNaming = {
  ofHead({ nativeStatus, applicationError }) {
    if (nativeStatus === NO_EXCEPTION) return applicationError ? 'exception of the service' : '';
    // Of an exception that was passed on before it was here as a whole nothing is known.
    return nativeStatus === ExceptionType.UNKNOWN ? '' : nameOf(nativeStatus);
  },
  // A reply has no number, whatever its result is.
  ofReply: (_request, reply) => (reply.madeUp === undefined ? nameOf(toThriftReply(reply).type) : ''),
};
