// Generated from hijack-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { HijackRuleBody } from '../rules/hijack-rule-body.ts';
import {
  namePart,
  appPart,
  methodsPart,
  modePart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
  rejectPart,
  portPart,
  maxRequestsPart,
  unitPart,
} from './schema-parts.gen.ts';

export const hijackRuleBodySchema: JsonSchema<HijackRuleBody> = {
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
        "SERVER"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "The limit acts at the provider, on what comes in.",
      "default": "SERVER",
      "examples": [
        "SERVER"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "在提供方对入流量生效。"
        },
        "widget": "radio",
        "values": {
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
      "description": "Services that are limited; * is everything that comes to the port.",
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
          "description": "受限的服务，* 表示到达该端口的全部请求。"
        },
        "widget": "select-service",
        "advanced": true
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
        "port",
        "maxRequests"
      ],
      "properties": {
        "port": portPart,
        "maxRequests": maxRequestsPart,
        "unit": unitPart,
        "reject": rejectPart
      },
      "title": "Maximum requests",
      "description": "How many requests reach a port of the app.",
      "x-weft-form": {
        "zh": {
          "title": "最大请求数",
          "description": "允许到达应用端口的请求数。"
        }
      }
    }
  },
  "title": "Limit of a hijacked app",
  "description": "A limit of a hijacked app.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "应用治理规则",
      "description": "透明劫持应用的最大请求数。"
    }
  }
};
