// Generated from schema.ts; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  type: 'object',
  properties: {
    choice_count: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 2,
      description: 'Hosts drawn at random of which the one with the fewest requests in flight is taken; used when all weights are equal.',
    },
    active_request_bias: {
      type: 'number',
      minimum: 0,
      maximum: 10,
      default: 1,
      description: 'How strongly requests in flight lower the weight of a host: weight / (requests + 1) ^ bias; used when weights differ.',
    },
  },
};
