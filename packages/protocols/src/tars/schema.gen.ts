// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "max_requests_in_flight": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Requests in flight on one connection. A caller over it is answered with ret -9, overload.",
      "default": 65535
    },
    "max_gathered_frame_bytes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 1048576,
      "description": "Frames up to this size, bytes, are passed on when they are complete, larger ones as they come. The context and the timeout of the larger ones cannot be read.",
      "default": 65536
    },
    "max_frame_bytes": {
      "type": "integer",
      "minimum": 1024,
      "maximum": 2147483647,
      "description": "One frame, bytes; the Tars frameworks take 10 MiB.",
      "default": 10485760
    },
    "answer_ping": {
      "type": "boolean",
      "description": "Answers `tars_ping` of callers at once, as the heartbeat that it is, instead of passing it on.",
      "default": true
    }
  },
  "description": "Tars and TUP, the RPC protocol of TarsCpp, TarsGo, TarsJava and Tars.js."
};
