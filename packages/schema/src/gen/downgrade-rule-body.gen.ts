// Generated from downgrade-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { DowngradeRuleBody } from '../rules/downgrade-rule-body.ts';
import {
  namePart,
  appPart,
  servicesPart,
  methodsPart,
  modePart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
} from './schema-parts.gen.ts';

export const downgradeRuleBodySchema: JsonSchema<DowngradeRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "services",
    "spec"
  ],
  "properties": {
    "name": namePart,
    "app": appPart,
    "direction": {
      "type": "string",
      "enum": [
        "CLIENT"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "Degradation acts at the caller, before anything is sent.",
      "default": "CLIENT",
      "examples": [
        "CLIENT"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "降级在调用方生效，不发出请求。"
        },
        "widget": "radio",
        "values": {
          "CLIENT": {
            "en": "Client side",
            "zh": "客户端"
          }
        }
      }
    },
    "services": servicesPart,
    "methods": methodsPart,
    "mode": modePart,
    "enabled": enabledPart,
    "conditions": conditionsPart,
    "scope": scopePart,
    "description": descriptionPart,
    "spec": {
      "type": "object",
      "properties": {
        "action": {
          "type": "string",
          "enum": [
            "REJECT",
            "RETURN_NULL",
            "MOCK"
          ],
          "x-weft-ignore-case": true,
          "title": "Answer",
          "description": "`REJECT`: callers get the status and message below. `RETURN_NULL`: a success without content, null over RPC. `MOCK`: the body below. The last two for HTTP, SOFARPC and Dubbo.",
          "default": "REJECT",
          "examples": [
            "MOCK"
          ],
          "x-weft-form": {
            "zh": {
              "title": "降级方式",
              "description": "REJECT：调用方收到下方的状态码和提示信息；RETURN_NULL：收到没有内容的成功响应（RPC 为 null）；MOCK：收到下方填写的内容。后两种仅用于 HTTP、SOFARPC 和 Dubbo。"
            },
            "widget": "radio",
            "values": {
              "REJECT": {
                "en": "Error",
                "zh": "返回错误"
              },
              "RETURN_NULL": {
                "en": "Empty answer",
                "zh": "返回空"
              },
              "MOCK": {
                "en": "Given answer",
                "zh": "返回指定内容"
              }
            }
          }
        },
        "status": {
          "type": "integer",
          "minimum": 0,
          "maximum": 599,
          "x-weft-unit": "HTTP status",
          "title": "HTTP status",
          "description": "HTTP status of the error, 400 to 599; that of the profile when 0. RPC protocols keep theirs.",
          "default": 0,
          "examples": [
            503
          ],
          "x-weft-form": {
            "zh": {
              "title": "HTTP 状态码",
              "description": "错误的 HTTP 状态码，0 表示默认。"
            },
            "when": {
              "key": "action",
              "is": "REJECT"
            }
          }
        },
        "message": {
          "type": "string",
          "maxLength": 512,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-weft-expected": "a text of at most 512 characters without control characters",
          "title": "Message",
          "description": "Text of the error; the usual one when empty.",
          "default": "",
          "examples": [
            "reviews are off for now"
          ],
          "x-weft-form": {
            "zh": {
              "title": "提示信息",
              "description": "错误的文本，空表示默认。"
            },
            "when": {
              "key": "action",
              "is": "REJECT"
            }
          }
        },
        "body": {
          "type": "string",
          "maxLength": 65536,
          "title": "Body",
          "description": "Body of the answer of MOCK; JSON unless a header says otherwise. For RPC the JSON of what the method returns.",
          "default": "",
          "examples": [
            "{\"reviews\":[]}"
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应内容",
              "description": "MOCK 返回的内容，默认为 JSON；RPC 服务须为方法返回值的 JSON。"
            },
            "widget": "textarea",
            "when": {
              "key": "action",
              "is": "MOCK"
            }
          }
        },
        "headers": {
          "type": "object",
          "additionalProperties": {
            "type": "string",
            "description": "The value of this key."
          },
          "title": "Headers",
          "description": "Headers of the answer of MOCK, for HTTP.",
          "default": {},
          "examples": [
            {
              "content-type": "text/plain"
            }
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应头",
              "description": "MOCK 返回的响应头，仅用于 HTTP。"
            },
            "widget": "key-values",
            "when": {
              "key": "action",
              "is": "MOCK"
            },
            "advanced": true
          }
        },
        "logEnabled": {
          "type": "boolean",
          "title": "Log hits",
          "description": "Whether a request that is answered is a line in the log.",
          "default": true,
          "examples": [
            false
          ],
          "x-weft-form": {
            "zh": {
              "title": "记录日志",
              "description": "命中的请求是否写日志。"
            },
            "widget": "switch",
            "advanced": true
          }
        },
        "logLevel": {
          "type": "string",
          "enum": [
            "ERROR",
            "WARN",
            "INFO",
            "DEBUG"
          ],
          "x-weft-ignore-case": true,
          "title": "Level of the log",
          "description": "Level of that line.",
          "default": "INFO",
          "examples": [
            "WARN"
          ],
          "x-weft-form": {
            "zh": {
              "title": "日志级别",
              "description": "该日志的级别。"
            },
            "widget": "select",
            "values": {
              "ERROR": {
                "en": "ERROR",
                "zh": "ERROR"
              },
              "WARN": {
                "en": "WARN",
                "zh": "WARN"
              },
              "INFO": {
                "en": "INFO",
                "zh": "INFO"
              },
              "DEBUG": {
                "en": "DEBUG",
                "zh": "DEBUG"
              }
            },
            "advanced": true
          }
        }
      },
      "title": "Degradation",
      "description": "What callers get instead of the service.",
      "x-weft-form": {
        "zh": {
          "title": "服务降级",
          "description": "代替服务返回给调用方的内容。"
        }
      }
    }
  },
  "title": "Degradation rule",
  "description": "A degradation rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "降级规则",
      "description": "服务降级规则。"
    }
  }
};
