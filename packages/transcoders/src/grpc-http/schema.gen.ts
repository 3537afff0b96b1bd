// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "descriptors": {
      "type": "array",
      "items": {
        "type": "string",
        "minLength": 1,
        "description": "One set, in base64: `protoc --include_imports --descriptor_set_out=/dev/stdout library.proto | base64 | tr -d '\\n'`."
      },
      "default": [],
      "maxItems": 64,
      "description": "Descriptor sets of the services: their methods, the options `google.api.http` of these, and the messages."
    },
    "unknownFields": {
      "type": "string",
      "enum": [
        "refuse",
        "ignore"
      ],
      "description": "What becomes of names and parameters of a request that the message has no field for: `refuse`, the caller is told; `ignore`, they are left out. In answers of a provider they are left out always.",
      "default": "refuse"
    },
    "defaults": {
      "type": "string",
      "enum": [
        "omit",
        "write"
      ],
      "description": "Fields of a message that have no value: `omit`, they are not in the JSON; `write`, they are there with 0, false, \"\" or an empty list.",
      "default": "omit"
    }
  },
  "description": "The transcoders `http_grpc` and `grpc_http`."
};
