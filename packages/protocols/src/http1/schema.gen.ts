// Generated from schema.ts; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    max_header_size: {
      type: 'integer',
      minimum: 256,
      maximum: 1_048_576,
      default: 8192,
      description: 'Largest request head, bytes. A longer request line is answered with 414, a longer head with 431.',
    },
    max_request_body_size: {
      type: 'integer',
      minimum: 0,
      maximum: 9_007_199_254_740_991,
      default: 0,
      description: 'Largest request body, bytes; 0 means no limit. A larger one is answered with 413.',
    },
  },
};
