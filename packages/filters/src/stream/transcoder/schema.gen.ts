// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

const mappingFilesPart = {
  "type": "array",
  "items": {
    "type": "string",
    "minLength": 1,
    "maxLength": 4096,
    "description": "Path, from the folder of the process where it is not absolute."
  },
  "default": [],
  "maxItems": 4096,
  "description": "JSON or YAML files, each with one mapping: they stand behind the `mappings` in `config`.",
  "examples": [
    [
      "/etc/weft/mappings/users-v3.yaml"
    ]
  ]
} as const;

const mappingRefsPart = {
  "type": "array",
  "items": {
    "type": "string",
    "minLength": 1,
    "maxLength": 128,
    "description": "Name of a mapping, or `*` for every one."
  },
  "default": [],
  "maxItems": 256,
  "description": "Mappings of the control plane. They take the place of those above that have the same name or are for the same service; until one came, what is above stays. A proxy that has none refuses the calls.",
  "examples": [
    [
      "users-v3"
    ],
    [
      "*"
    ]
  ]
} as const;

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "type": {
      "type": "string",
      "maxLength": 128,
      "description": "Name of the transcoder of every call, where there are no `rules`.",
      "default": "",
      "examples": [
        "dubbo_http",
        "http_dubbo"
      ]
    },
    "upstream_protocol": {
      "type": "string",
      "maxLength": 64,
      "description": "Protocol that converted calls go out with; empty: the one that the transcoder has by default.",
      "default": "",
      "examples": [
        "Http1",
        "dubbo"
      ]
    },
    "config": {
      "type": "object",
      "x-weft-json": true,
      "description": "Configuration of the transcoder that `type` names.",
      "default": {}
    },
    "mapping_files": mappingFilesPart,
    "mapping_refs": mappingRefsPart,
    "rules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "rule_info"
        ],
        "properties": {
          "matcher_config": {
            "type": "object",
            "properties": {
              "matcher_type": {
                "type": "string",
                "maxLength": 64,
                "description": "`dataId`: the service of the call; `simpleMatcher`: a header of the call. Empty: every call.",
                "default": "",
                "examples": [
                  "dataId",
                  "simpleMatcher"
                ]
              },
              "config": {
                "type": "object",
                "properties": {
                  "service": {
                    "type": "string",
                    "maxLength": 512,
                    "description": "For `dataId`: the service, as registries and rules name it; for HTTP the host name.",
                    "default": "",
                    "examples": [
                      "com.x.UserService:1.0@dubbo"
                    ]
                  },
                  "name": {
                    "type": "string",
                    "maxLength": 256,
                    "description": "For `simpleMatcher`: name of the header.",
                    "default": ""
                  },
                  "value": {
                    "type": "string",
                    "maxLength": 4096,
                    "description": "For `simpleMatcher`: its value.",
                    "default": ""
                  }
                },
                "description": "What is compared.",
                "default": {}
              }
            },
            "description": "Which calls a rule is for."
          },
          "rule_info": {
            "type": "object",
            "properties": {
              "type": {
                "type": "string",
                "maxLength": 128,
                "description": "Name of the transcoder; empty: the first one that takes the call and converts to `upstream_protocol`.",
                "default": "",
                "examples": [
                  "dubbo_http",
                  "http_dubbo"
                ]
              },
              "upstream_protocol": {
                "type": "string",
                "maxLength": 64,
                "description": "Protocol that converted calls go out with; empty: the one that the transcoder has by default.",
                "default": "",
                "examples": [
                  "Http1",
                  "dubbo"
                ]
              },
              "description": {
                "type": "string",
                "maxLength": 1024,
                "description": "For people.",
                "default": ""
              },
              "config": {
                "type": "object",
                "x-weft-json": true,
                "description": "Configuration of the transcoder, such as its `mappings`.",
                "default": {}
              },
              "mapping_files": mappingFilesPart,
              "mapping_refs": mappingRefsPart
            },
            "description": "What happens to them."
          }
        },
        "description": "One rule; the first one counts that matches and whose transcoder takes the call."
      },
      "default": [],
      "maxItems": 256,
      "description": "Which calls are converted, and to what."
    },
    "trans": {
      "type": "object",
      "properties": {
        "receiver_phase": {
          "type": "integer",
          "minimum": 0,
          "maximum": 2,
          "description": "When calls are converted: 0 before the route is looked up, which then sees the converted call; 1 behind it; 2 when the host is chosen.",
          "default": 1
        }
      },
      "description": "The place in the life of a request.",
      "default": {}
    },
    "max_body_bytes": {
      "x-weft-format": "bytes",
      "x-weft-unit": "bytes",
      "minimum": 1,
      "maximum": 67108864,
      "description": "Longest body of a call or an answer that is converted; it is kept in memory as a whole. It has at most 200 000 values; with more than 1 MiB here 200 000 for each MiB, up to 500 000.",
      "default": 1048576,
      "examples": [
        "1MiB"
      ]
    }
  },
  "description": "The stream filter `transcoder`: calls go out in another protocol, and their answers come back in their own."
};
