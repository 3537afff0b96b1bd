// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';
import {
  mappingsPart,
} from '../common/schema-parts.gen.ts';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "mappings": mappingsPart
  },
  "description": "The transcoder `dubbo_http`."
};
