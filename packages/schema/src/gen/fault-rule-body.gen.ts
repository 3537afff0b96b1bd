// Generated from fault-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { FaultRuleBody } from '../rules/fault-rule-body.ts';
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
  directionPart,
  ttlSecondsPart,
  ruleTypePart,
  faultPercentPart,
  fixedDelayPart,
} from './schema-parts.gen.ts';

export const faultRuleBodySchema: JsonSchema<FaultRuleBody> = {
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
    "direction": directionPart,
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
        "ruleType": ruleTypePart,
        "code": {
          "type": "integer",
          "minimum": 200,
          "maximum": 599,
          "x-weft-unit": "HTTP status",
          "title": "Status",
          "description": "HTTP status of the answer, 200 to 599; other protocols translate it. ABORT only.",
          "default": 500,
          "examples": [
            503
          ],
          "x-weft-form": {
            "zh": {
              "title": "状态码",
              "description": "返回的 HTTP 状态码，其他协议自动转换，仅用于中断。"
            },
            "when": {
              "key": "ruleType",
              "is": "ABORT"
            }
          }
        },
        "rpcStatus": {
          "type": "string",
          "enum": [
            "",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED"
          ],
          "title": "RPC status",
          "description": "Status by its gRPC name, instead of the HTTP status. ABORT only.",
          "default": "",
          "examples": [
            "UNAVAILABLE"
          ],
          "x-weft-form": {
            "zh": {
              "title": "RPC 状态",
              "description": "用 gRPC 名称指定状态，代替 HTTP 状态码，仅用于中断。"
            },
            "widget": "select",
            "values": {
              "": {
                "en": "by HTTP status",
                "zh": "按 HTTP 状态码"
              },
              "CANCELLED": {
                "en": "CANCELLED",
                "zh": "CANCELLED"
              },
              "UNKNOWN": {
                "en": "UNKNOWN",
                "zh": "UNKNOWN"
              },
              "INVALID_ARGUMENT": {
                "en": "INVALID_ARGUMENT",
                "zh": "INVALID_ARGUMENT"
              },
              "DEADLINE_EXCEEDED": {
                "en": "DEADLINE_EXCEEDED",
                "zh": "DEADLINE_EXCEEDED"
              },
              "NOT_FOUND": {
                "en": "NOT_FOUND",
                "zh": "NOT_FOUND"
              },
              "ALREADY_EXISTS": {
                "en": "ALREADY_EXISTS",
                "zh": "ALREADY_EXISTS"
              },
              "PERMISSION_DENIED": {
                "en": "PERMISSION_DENIED",
                "zh": "PERMISSION_DENIED"
              },
              "RESOURCE_EXHAUSTED": {
                "en": "RESOURCE_EXHAUSTED",
                "zh": "RESOURCE_EXHAUSTED"
              },
              "FAILED_PRECONDITION": {
                "en": "FAILED_PRECONDITION",
                "zh": "FAILED_PRECONDITION"
              },
              "ABORTED": {
                "en": "ABORTED",
                "zh": "ABORTED"
              },
              "OUT_OF_RANGE": {
                "en": "OUT_OF_RANGE",
                "zh": "OUT_OF_RANGE"
              },
              "UNIMPLEMENTED": {
                "en": "UNIMPLEMENTED",
                "zh": "UNIMPLEMENTED"
              },
              "INTERNAL": {
                "en": "INTERNAL",
                "zh": "INTERNAL"
              },
              "UNAVAILABLE": {
                "en": "UNAVAILABLE",
                "zh": "UNAVAILABLE"
              },
              "DATA_LOSS": {
                "en": "DATA_LOSS",
                "zh": "DATA_LOSS"
              },
              "UNAUTHENTICATED": {
                "en": "UNAUTHENTICATED",
                "zh": "UNAUTHENTICATED"
              }
            },
            "when": {
              "key": "ruleType",
              "is": "ABORT"
            },
            "advanced": true
          }
        },
        "fixedDelay": fixedDelayPart,
        "faultPercent": faultPercentPart,
        "ttlSeconds": ttlSecondsPart
      },
      "title": "Fault",
      "description": "What happens to the requests instead of, or before, their service.",
      "x-weft-form": {
        "zh": {
          "title": "故障",
          "description": "请求遭遇的故障。"
        }
      }
    }
  },
  "title": "Fault-injection rule",
  "description": "A fault-injection rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "故障注入规则",
      "description": "故障注入规则。"
    }
  }
};
