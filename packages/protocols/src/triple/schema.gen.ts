// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "max_concurrent_streams": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Concurrent streams of one HTTP/2 connection: announced to callers, and the most that is opened to a host. Consumers of Dubbo do not heed it: their calls fail beyond it.",
      "default": 1000
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
    }
  },
  "description": "Triple, the protocol `tri` of Dubbo 3 and SOFARPC: over HTTP/2, and over HTTP/1.1 with JSON."
};
