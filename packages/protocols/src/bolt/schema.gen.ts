// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "enable_bolt_goaway": {
      "type": "boolean",
      "description": "Sends a goaway frame when a connection drains. Only proxies understand it: the Java client fails on it.",
      "default": false
    },
    "max_requests_in_flight": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Requests in flight on one connection. A caller over it is answered with status 4.",
      "default": 65535
    },
    "max_gathered_frame_bytes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 1048576,
      "description": "Frames up to this size, bytes, are passed on when they are complete, larger ones as they come.",
      "default": 65536
    }
  },
  "description": "Bolt, the RPC protocol of SOFA, versions 1 and 2."
};
