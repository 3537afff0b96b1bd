// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {},
  "description": "The transcoder `http2bolt_simple` has no configuration."
};
