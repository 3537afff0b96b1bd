// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "http2_use_stream": {
      "type": "boolean",
      "description": "Accepted for compatibility; bodies are always streamed.",
      "default": true
    },
    "max_concurrent_streams": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Concurrent streams of one connection: announced to callers, and the most that is opened to a host.",
      "default": 100
    },
    "initial_stream_window_size": {
      "type": "integer",
      "minimum": 65535,
      "maximum": 2147483647,
      "description": "Flow-control credit of one stream, bytes: what a paused stream can still pour in.",
      "default": 262144
    },
    "initial_connection_window_size": {
      "type": "integer",
      "minimum": 65535,
      "maximum": 2147483647,
      "description": "Flow-control credit of one connection, bytes; 1048576 towards callers and 4194304 towards hosts unless set."
    },
    "max_resets_per_second": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Streams that a caller may reset within a second before its connection is ended.",
      "default": 200
    }
  },
  "description": "HTTP/2 with prior knowledge or ALPN `h2`, and gRPC on it."
};
