// Generated from auth-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { AuthRuleBody } from '../rules/auth-rule-body.ts';
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
  typePart,
  rejectPart,
} from './schema-parts.gen.ts';

export const authRuleBodySchema: JsonSchema<AuthRuleBody> = {
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
        "SERVER"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "Authorization acts at the provider, on what comes in.",
      "default": "SERVER",
      "examples": [
        "SERVER"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "鉴权在提供方对入流量生效。"
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
        "type": typePart,
        "granularity": {
          "type": "string",
          "enum": [
            "APP",
            "SERVICE",
            "METHOD"
          ],
          "x-weft-ignore-case": true,
          "title": "Granularity",
          "description": "`APP`: every service of the app. `SERVICE`: the services that are named. `METHOD`: their methods.",
          "default": "SERVICE",
          "examples": [
            "APP"
          ],
          "x-weft-form": {
            "zh": {
              "title": "粒度",
              "description": "应用的全部服务、指定的服务，或服务的指定方法。"
            },
            "widget": "radio",
            "values": {
              "APP": {
                "en": "App",
                "zh": "应用"
              },
              "SERVICE": {
                "en": "Service",
                "zh": "服务"
              },
              "METHOD": {
                "en": "Method",
                "zh": "方法"
              }
            }
          }
        },
        "defaultDeny": {
          "type": "boolean",
          "title": "Deny without rules",
          "description": "A whitelist of which every rule is off denies everybody instead of nobody.",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "默认拒绝",
              "description": "白名单中的规则全部关闭时拒绝所有来源，而不是全部放行。"
            },
            "widget": "switch",
            "advanced": true
          }
        },
        "reject": rejectPart
      },
      "title": "Authorization",
      "description": "Who may call.",
      "x-weft-form": {
        "zh": {
          "title": "服务鉴权",
          "description": "谁可以调用。"
        }
      }
    }
  },
  "title": "Authorization rule",
  "description": "An authorization rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "鉴权规则",
      "description": "服务鉴权规则。"
    }
  }
};
