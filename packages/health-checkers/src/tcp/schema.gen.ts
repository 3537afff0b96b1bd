// Generated from schema.ts; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {},
  "description": "The health check `tcp` has no configuration."
};
