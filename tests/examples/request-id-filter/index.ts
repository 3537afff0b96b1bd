import { randomUUID } from 'node:crypto';
import { defineStreamFilter, type StreamContext, type StreamFilter, Verdict } from '@weft/sdk';

export interface RequestIdConfig {
  /** Header that carries the id, lower case. Default `x-request-id`. */
  readonly header?: string;
  /** Requests that bring no id are refused with 400 instead of getting one. Default false. */
  readonly required?: boolean;
}

/** Gives every request an id, or insists that it brings one. */
export const requestId = defineStreamFilter<RequestIdConfig>({
  name: 'request_id',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      header: { type: 'string', default: 'x-request-id', description: 'Header that carries the id, lower case.' },
      required: { type: 'boolean', default: false, description: 'Refuse requests that bring no id with 400.' },
    },
  },
  onFault: 'open',
  create({ header = 'x-request-id', required = false }) {
    const filter: StreamFilter = {
      beforeRoute(context: StreamContext): Verdict {
        if (context.request.get(header) !== undefined) return Verdict.CONTINUE;
        if (required) {
          context.reply({ status: 400, code: 'filter', body: `${header} is missing` });
          return Verdict.REPLIED;
        }
        context.request.set(header, randomUUID());
        return Verdict.CONTINUE;
      },
    };
    return () => filter; // it keeps nothing per stream, so one object serves all
  },
});
