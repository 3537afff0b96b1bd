// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "max_header_size": {
      "type": "integer",
      "minimum": 256,
      "maximum": 1048576,
      "description": "Largest request head, bytes. A longer request line is answered with 414, a longer head with 431.",
      "default": 8192,
      "x-weft-zero-is-default": true
    },
    "max_request_body_size": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991,
      "description": "Largest request body, bytes; 0 means no limit. A larger one is answered with 413.",
      "default": 0
    }
  },
  "description": "HTTP/1.0 and HTTP/1.1, read strictly."
};
