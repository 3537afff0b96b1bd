// Generated from downgrade-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { DowngradeDocument } from '../rules/downgrade-document.ts';
import {
  methodsPart,
  conditionsItemPart,
  scopePart,
  typePart2,
} from './schema-parts.gen.ts';

export const downgradeDocumentSchema: JsonSchema<DowngradeDocument> = {
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
    "downgradeRules": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "ruleDbId": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Database key of the rule, as logs and answers name it.",
            "default": 0,
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
          "enabled": {
            "type": "boolean",
            "description": "Whether the rule acts.",
            "default": true
          },
          "conditions": {
            "type": "array",
            "items": conditionsItemPart,
            "default": [],
            "maxItems": 40,
            "description": "Which requests: service and method are conditions, too.",
            "examples": [
              [
                {
                  "field": "destination.method.name",
                  "value": [
                    "sayHi"
                  ]
                }
              ]
            ]
          },
          "actions": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "type": {
                  "type": "string",
                  "enum": [
                    "REJECT",
                    "RETURN_NULL",
                    "OBSERVE",
                    "MOCK"
                  ],
                  "x-weft-ignore-case": true,
                  "description": "What callers get; OBSERVE only logs.",
                  "default": "REJECT"
                },
                "enabled": {
                  "type": "boolean",
                  "description": "False watches.",
                  "default": true
                },
                "extension": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "x-weft-json": true,
                    "description": "Details: status and message, or body, headers and, for gRPC and Triple, the messages of the answer in base64."
                  },
                  "default": [],
                  "maxItems": 8,
                  "description": "Details of the action."
                }
              },
              "description": "One action.",
              "additionalProperties": true
            },
            "default": [],
            "maxItems": 8,
            "description": "The first that is on acts; without one the rule watches.",
            "examples": [
              [
                {
                  "type": "REJECT",
                  "enabled": true
                }
              ]
            ]
          },
          "logConfig": {
            "type": "object",
            "properties": {
              "level": {
                "type": "string",
                "enum": [
                  "ERROR",
                  "WARN",
                  "INFO",
                  "DEBUG"
                ],
                "x-weft-ignore-case": true,
                "description": "Level of the line of a hit.",
                "default": "INFO"
              },
              "enabled": {
                "type": "boolean",
                "description": "Whether a hit is a line.",
                "default": true
              }
            },
            "description": "How hits are logged.",
            "default": {},
            "additionalProperties": true
          },
          "scope": scopePart,
          "services": {
            "type": "array",
            "items": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "description": "The dataId of a service, or `*`."
            },
            "default": [],
            "maxItems": 100,
            "description": "Services as the form has them. The conditions decide.",
            "examples": [
              [
                "details.bookinfo:9080@Http1"
              ]
            ]
          },
          "methods": methodsPart,
          "generated": {
            "type": "integer",
            "minimum": 0,
            "maximum": 8,
            "description": "How many conditions stand for services and methods.",
            "default": 0
          }
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The degradation rules of an app.",
  "additionalProperties": true
};
