// Generated from schema.ts; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    enable_bolt_goaway: {
      type: 'boolean',
      default: false,
      description: 'Sends a goaway frame when a connection drains. Only proxies understand it: the Java client fails on it.',
    },
    max_requests_in_flight: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 65_535,
      description: 'Requests in flight on one connection.',
    },
    max_gathered_frame_bytes: {
      type: 'integer',
      minimum: 0,
      maximum: 1_048_576,
      default: 65_536,
      description: 'Frames up to this size, in bytes, are passed on when they are complete, larger ones as they come.',
    },
  },
};
