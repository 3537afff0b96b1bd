// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "max_requests_in_flight": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Requests in flight on one connection. A caller over it is answered with an exception.",
      "default": 65535
    },
    "max_gathered_frame_bytes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 1048576,
      "description": "Frames up to this size, bytes, are passed on when they are complete, larger ones as they come. The kind of exception in the larger ones is not seen.",
      "default": 65536
    },
    "max_payload_bytes": {
      "type": "integer",
      "minimum": 1024,
      "maximum": 2147483647,
      "description": "One message, bytes; the same as `payload` of Dubbo's protocol.",
      "default": 8388608
    }
  },
  "description": "The protocol `thrift` of Dubbo up to 2.7: Thrift messages behind a header of its own."
};
