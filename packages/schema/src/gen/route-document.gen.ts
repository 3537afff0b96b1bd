// Generated from route-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { RouteDocument } from '../rules/route-document.ts';
import {
  methodsPart,
  conditionsItemPart,
  scopePart,
  conditionsPart2,
} from './schema-parts.gen.ts';

export const routeDocumentSchema: JsonSchema<RouteDocument> = {
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
    "dataId": {
      "type": "string",
      "maxLength": 512,
      "description": "Id of the service; that of the name of the document when empty.",
      "default": "",
      "examples": [
        "reviews.bookinfo:9080@Http1"
      ]
    },
    "type": {
      "type": "string",
      "maxLength": 64,
      "description": "Kind of the document. For information only.",
      "default": "service"
    },
    "enabled": {
      "type": "boolean",
      "description": "False turns all rules of the document off without removing them.",
      "default": true
    },
    "rules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "id",
          "destinations"
        ],
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Database key of the rule, as logs and answers name it.",
            "examples": [
              20001772
            ]
          },
          "name": {
            "type": "string",
            "maxLength": 255,
            "description": "Name of the rule.",
            "default": ""
          },
          "orderNum": {
            "type": "integer",
            "minimum": -2147483647,
            "maximum": 2147483647,
            "description": "Priority; larger first.",
            "default": 0,
            "examples": [
              10
            ]
          },
          "enabled": {
            "type": "boolean",
            "description": "Whether the rule acts.",
            "default": true
          },
          "fallback": {
            "type": "boolean",
            "description": "Rules behind this one are tried when it has no instance.",
            "default": false
          },
          "faultProtection": {
            "type": "boolean",
            "description": "Other groups are tried when the chosen one is empty.",
            "default": false
          },
          "strict": {
            "type": "boolean",
            "description": "A request that no rule behind this one can place fails.",
            "default": false
          },
          "grays": {
            "type": "array",
            "items": conditionsItemPart,
            "default": [],
            "maxItems": 32,
            "description": "Only callers that meet every condition."
          },
          "conditions": conditionsPart2,
          "destinations": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "weight": {
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 100,
                  "description": "Percent of the matching requests.",
                  "default": 100
                },
                "destination": {
                  "type": "array",
                  "items": conditionsItemPart,
                  "default": [],
                  "maxItems": 32,
                  "description": "Labels that an instance must have; EQUAL only.",
                  "examples": [
                    [
                      {
                        "type": "CUSTOM",
                        "field": "version",
                        "operation": "EQUAL",
                        "value": [
                          "v1"
                        ]
                      }
                    ]
                  ]
                }
              },
              "description": "A group of instances.",
              "additionalProperties": true
            },
            "minItems": 1,
            "maxItems": 16,
            "description": "Groups of instances; their weights sum to 100.",
            "examples": [
              [
                {
                  "weight": 100
                }
              ]
            ]
          },
          "methods": methodsPart,
          "scope": scopePart
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The routing rules of a service.",
  "additionalProperties": true
};
