import { type AnswerNaming, numberedNames } from '@weft/sdk';
import { completeDubboConfig, type DubboConfig } from './config.ts';
import { toDubboReply } from './local-replies.ts';
import { DubboStatus } from './status.ts';

const nameOf = numberedNames(DubboStatus);
const EXCEPTION = ', exception';

/** By the response status; an exception of the service comes with that of success. */
export const dubboAnswers: AnswerNaming = {
  ofHead: ({ nativeStatus, applicationError }) => `${nameOf(nativeStatus)}${applicationError ? EXCEPTION : ''}`,
  ofReply(_request, reply, config) {
    if (reply.status === 200 && reply.body !== undefined) return nameOf(DubboStatus.OK);
    if (reply.code === 'filter' && completeDubboConfig((config ?? {}) as DubboConfig).rejectAsException)
      return `${nameOf(DubboStatus.OK)}${EXCEPTION}`;
    return nameOf(toDubboReply(reply).status);
  },
};
