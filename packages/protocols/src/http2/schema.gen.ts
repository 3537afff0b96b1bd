// Generated from schema.ts; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    http2_use_stream: {
      type: 'boolean',
      default: true,
      description: 'Accepted for compatibility; bodies are always streamed.',
    },
    max_concurrent_streams: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 100,
      description: 'Concurrent streams of one connection: announced to callers, and the most that is opened to a host.',
    },
    initial_stream_window_size: {
      type: 'integer',
      minimum: 65_535,
      maximum: 2_147_483_647,
      default: 262_144,
      description: 'Flow-control credit of one stream, bytes.',
    },
    initial_connection_window_size: {
      type: 'integer',
      minimum: 65_535,
      maximum: 2_147_483_647,
      description: 'Flow-control credit of one connection, bytes; 1048576 towards callers and 4194304 towards hosts unless set.',
    },
    max_resets_per_second: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 200,
      description: 'Streams that a caller may reset within a second before its connection is ended.',
    },
  },
};
