// Generated from mapping-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { MappingRuleBody } from '../rules/mapping-rule-body.ts';
import {
  enabledPart,
  conditionsItemPart,
  scopePart,
  descriptionPart,
  mappingPart,
} from './schema-parts.gen.ts';

export const mappingRuleBodySchema: JsonSchema<MappingRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "spec"
  ],
  "properties": {
    "name": {
      "type": "string",
      "minLength": 1,
      "maxLength": 128,
      "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
      "x-weft-expected": "a name of 1 to 128 letters, digits, `.`, `_` and `-` that begins with a letter or digit",
      "title": "Name",
      "description": "Name of the mapping, by which configurations of proxies refer to it (`mapping_refs`).",
      "examples": [
        "users-v3"
      ],
      "x-weft-form": {
        "zh": {
          "title": "名称",
          "description": "映射的名称，代理配置的 mapping_refs 以此引用。"
        }
      }
    },
    "app": {
      "type": "string",
      "pattern": "^(?:\\*|[A-Za-z0-9._-]{1,128})$",
      "x-weft-expected": "`*`, or an app name of 1 to 128 letters, digits, `.`, `_` and `-`",
      "title": "App",
      "description": "App whose proxies convert by it: those of the callers or those of the provider; `*` is every app.",
      "examples": [
        "user-center",
        "*"
      ],
      "x-weft-form": {
        "zh": {
          "title": "应用",
          "description": "由哪个应用的代理转换：调用方或提供方，* 表示所有应用。"
        },
        "widget": "select-app"
      }
    },
    "direction": {
      "type": "string",
      "enum": [
        "SERVER"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "Always SERVER: a mapping converts both requests and answers, wherever its proxies are.",
      "default": "SERVER",
      "examples": [
        "SERVER"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "固定为 SERVER：映射同时转换请求与应答，与代理的位置无关。"
        },
        "values": {
          "SERVER": {
            "en": "Both ways",
            "zh": "双向"
          }
        },
        "fixed": true
      }
    },
    "services": {
      "type": "array",
      "items": {
        "type": "string",
        "pattern": "^\\*$",
        "x-weft-expected": "`*`",
        "description": "`*`."
      },
      "minItems": 1,
      "maxItems": 1,
      "title": "Services",
      "description": "Always `*`: the service is that of the mapping.",
      "default": [
        "*"
      ],
      "examples": [
        [
          "*"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "服务",
          "description": "固定为 *：服务由映射自身指明。"
        },
        "fixed": true
      }
    },
    "methods": {
      "type": "array",
      "items": {
        "type": "string",
        "pattern": "^\\*$",
        "x-weft-expected": "`*`",
        "description": "`*`."
      },
      "minItems": 1,
      "maxItems": 1,
      "title": "Methods",
      "description": "Always `*`: the methods are those of the mapping.",
      "default": [
        "*"
      ],
      "examples": [
        [
          "*"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "方法",
          "description": "固定为 *：方法由映射自身列出。"
        },
        "fixed": true
      }
    },
    "mode": {
      "type": "string",
      "enum": [
        "CONTROL"
      ],
      "x-weft-ignore-case": true,
      "title": "Mode",
      "description": "Always CONTROL: a mapping that is on converts.",
      "default": "CONTROL",
      "examples": [
        "CONTROL"
      ],
      "x-weft-form": {
        "zh": {
          "title": "运行模式",
          "description": "固定为 CONTROL：启用的映射总是转换。"
        },
        "values": {
          "CONTROL": {
            "en": "Control",
            "zh": "拦截模式"
          }
        },
        "fixed": true
      }
    },
    "enabled": enabledPart,
    "conditions": {
      "type": "array",
      "items": conditionsItemPart,
      "default": [],
      "maxItems": 0,
      "title": "Exact traffic match",
      "description": "Always empty: the filter `transcoder` of a proxy chooses which calls are converted.",
      "x-weft-form": {
        "zh": {
          "title": "流量精确匹配",
          "description": "固定为空：由代理的 transcoder 过滤器选择要转换的调用。"
        },
        "fixed": true
      }
    },
    "scope": scopePart,
    "description": descriptionPart,
    "spec": mappingPart
  },
  "title": "Mapping",
  "description": "A mapping: how a service of an RPC framework looks over HTTP.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "协议映射",
      "description": "RPC 服务在 HTTP 上的样子。"
    }
  }
};
