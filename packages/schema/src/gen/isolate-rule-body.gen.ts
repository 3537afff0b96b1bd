// Generated from isolate-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { IsolateRuleBody } from '../rules/isolate-rule-body.ts';
import {
  namePart,
  appPart,
  methodsPart,
  modePart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
  timeWindowPart,
  leastWindowCountPart,
  leastExceptionRatePart,
  exceptionRateMultiplePart,
  maxIpCountPart,
  maxIpRatioPart,
  recoverTimePart,
  exceptionTypesPart,
} from './schema-parts.gen.ts';

export const isolateRuleBodySchema: JsonSchema<IsolateRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "spec"
  ],
  "properties": {
    "name": namePart,
    "app": appPart,
    "direction": {
      "type": "string",
      "enum": [
        "SERVER",
        "CLIENT"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "CLIENT: each caller leaves out the instances that fail for it. SERVER: the proxy of an instance measures what it answers, and has it taken out of the lists of all callers.",
      "default": "CLIENT",
      "examples": [
        "CLIENT"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "客户端：调用方各自隔离对其失败的实例。服务端：实例的代理统计自身应答，并从全部调用方的列表中摘除该实例。"
        },
        "widget": "radio",
        "values": {
          "CLIENT": {
            "en": "Client side",
            "zh": "客户端"
          },
          "SERVER": {
            "en": "Server side",
            "zh": "服务端"
          }
        }
      }
    },
    "services": {
      "type": "array",
      "items": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "The dataId of a service, or `*` for all."
      },
      "minItems": 1,
      "maxItems": 100,
      "title": "Services",
      "description": "Services whose instances are judged, each service for itself; * is every service that the app calls, or with SERVER provides.",
      "default": [
        "*"
      ],
      "examples": [
        [
          "reviews.bookinfo:9080@Http1"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "服务",
          "description": "判定其实例的服务，各服务独立统计，* 表示该应用调用（服务端：提供）的全部服务。"
        },
        "widget": "select-service"
      }
    },
    "methods": methodsPart,
    "mode": modePart,
    "enabled": enabledPart,
    "conditions": conditionsPart,
    "scope": scopePart,
    "description": descriptionPart,
    "spec": {
      "type": "object",
      "required": [
        "leastExceptionRate"
      ],
      "properties": {
        "timeWindow": timeWindowPart,
        "leastWindowCount": leastWindowCountPart,
        "leastExceptionRate": leastExceptionRatePart,
        "exceptionRateMultiple": exceptionRateMultiplePart,
        "maxIpCount": maxIpCountPart,
        "maxIpRatio": maxIpRatioPart,
        "recoverTime": recoverTimePart,
        "exceptionTypes": exceptionTypesPart
      },
      "title": "Fault isolation",
      "description": "Which instances are left out for a while because many of their calls fail.",
      "x-weft-form": {
        "zh": {
          "title": "故障隔离",
          "description": "暂时隔离调用异常率高的实例。"
        }
      }
    }
  },
  "title": "Isolation rule",
  "description": "A rule that isolates instances.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "故障隔离规则",
      "description": "隔离异常实例的规则。"
    }
  }
};
