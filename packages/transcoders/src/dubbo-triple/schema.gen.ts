// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "services": {
      "type": "object",
      "additionalProperties": {
        "type": "string",
        "description": "The value of this key."
      },
      "description": "Services that the provider knows by another name: `interface[:version][:group]` of the callers, or the interface alone, to that of the provider. All others keep their name.",
      "default": {},
      "examples": [
        {
          "com.x.UserService:1.0": "com.x.UserService:2.0:blue"
        }
      ]
    },
    "exceptions": {
      "type": "string",
      "enum": [
        "object",
        "status"
      ],
      "description": "What a caller of Triple is told when the method throws: `object`, the exception itself, as Dubbo 3 sends it; `status`, grpc-status 2 with its text, and its class in grpc-status-details-bin.",
      "default": "object"
    }
  },
  "description": "The transcoders `dubbo_tri` and `tri_dubbo`."
};
