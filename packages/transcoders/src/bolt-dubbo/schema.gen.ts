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
      "description": "Services that the provider knows by another name: `interface[:version][:group]` of the callers, or the interface alone, to that of the provider; the group of Dubbo is the unique id of SOFARPC. All others keep their name.",
      "default": {},
      "examples": [
        {
          "com.x.UserService:1.0": "com.x.UserService:1.0:blue"
        }
      ]
    }
  },
  "description": "The transcoders `bolt_dubbo` and `dubbo_bolt`."
};
