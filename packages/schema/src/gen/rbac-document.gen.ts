// Generated from rbac-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { RbacDocument } from '../rules/rbac-document.ts';
import {
  methodsPart,
  conditionsItemPart,
  scopePart,
  typePart,
  rejectPart,
  typePart2,
  modePart2,
} from './schema-parts.gen.ts';

export const rbacDocumentSchema: JsonSchema<RbacDocument> = {
  "type": "object",
  "properties": {
    "appName": {
      "type": "string",
      "maxLength": 128,
      "description": "App that the rules are for; `*` in the document of the rules for every app.",
      "default": "",
      "examples": [
        "crpc-client"
      ]
    },
    "type": typePart2,
    "enabled": {
      "type": "boolean",
      "description": "False turns all rules of the document off without removing them.",
      "default": true
    },
    "rbacRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "service"
        ],
        "properties": {
          "service": {
            "type": "string",
            "minLength": 1,
            "maxLength": 512,
            "description": "dataId of the service; `*` is every service of the app.",
            "examples": [
              "details.bookinfo:9080@Http1"
            ]
          },
          "whiteListEnabled": {
            "type": "boolean",
            "description": "Switch of the whitelist.",
            "default": false
          },
          "blackListEnabled": {
            "type": "boolean",
            "description": "Switch of the blacklist.",
            "default": false
          },
          "defaultDeny": {
            "type": "boolean",
            "description": "A whitelist without a rule that is on denies everybody.",
            "default": false
          },
          "rules": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "ruleDbId"
              ],
              "properties": {
                "ruleDbId": {
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 9007199254740991,
                  "description": "Database key of the rule, as logs and answers name it.",
                  "examples": [
                    341
                  ]
                },
                "name": {
                  "type": "string",
                  "maxLength": 255,
                  "description": "Name of the rule.",
                  "default": ""
                },
                "type": typePart,
                "mode": modePart2,
                "enabled": {
                  "type": "boolean",
                  "description": "Whether the rule acts.",
                  "default": true
                },
                "methods": methodsPart,
                "conditions": {
                  "type": "array",
                  "items": conditionsItemPart,
                  "default": [],
                  "maxItems": 32,
                  "description": "Callers that meet every condition."
                },
                "scope": scopePart,
                "reject": rejectPart,
                "granularity": {
                  "type": "string",
                  "enum": [
                    "APP",
                    "SERVICE",
                    "METHOD"
                  ],
                  "x-weft-ignore-case": true,
                  "description": "As the form has it.",
                  "default": "SERVICE"
                }
              },
              "description": "One rule.",
              "additionalProperties": true
            },
            "default": [],
            "maxItems": 5000,
            "description": "The rules of both lists."
          }
        },
        "description": "The lists of one service.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The lists, by service."
    }
  },
  "description": "The authorization rules of an app.",
  "additionalProperties": true
};
