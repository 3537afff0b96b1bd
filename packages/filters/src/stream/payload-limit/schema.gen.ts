// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "max_entity_size": {
      "x-weft-format": "bytes",
      "x-weft-unit": "bytes",
      "minimum": 0,
      "description": "Longest body of a request; 0 means no limit.",
      "default": 0,
      "examples": [
        1024,
        "1MiB"
      ],
      "x-weft-alias": [
        "max_entity_size "
      ]
    },
    "http_status": {
      "type": "integer",
      "minimum": 400,
      "maximum": 599,
      "description": "HTTP status of the answer to a longer one; other protocols map it.",
      "default": 413,
      "x-weft-zero-is-default": true
    }
  },
  "description": "The stream filter `payload_limit`: refuses requests with long bodies."
};
