// Generated from fault-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { FaultDocument } from '../rules/fault-document.ts';
import {
  methodsPart,
  scopePart,
  rejectPart,
  typePart2,
  modePart2,
  directionPart,
  servicesPart2,
  conditionsPart2,
  ttlSecondsPart,
  ruleTypePart,
  faultPercentPart,
  fixedDelayPart,
} from './schema-parts.gen.ts';

export const faultDocumentSchema: JsonSchema<FaultDocument> = {
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
    "faultInjectRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId",
          "faultInjectRuleItems"
        ],
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Id of the part of the rule. Not interpreted.",
            "default": 0
          },
          "ruleDbId": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Database key of the rule, as logs and answers name it.",
            "examples": [
              341
            ]
          },
          "mode": modePart2,
          "httpPath": {
            "type": "string",
            "maxLength": 2048,
            "description": "Expression that is found in the path of the request; any path when empty.",
            "default": "",
            "examples": [
              "^/reviews/"
            ]
          },
          "httpMethod": {
            "type": "string",
            "maxLength": 64,
            "description": "HTTP method of the request; any when empty.",
            "default": "",
            "examples": [
              "GET"
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
          "direction": directionPart,
          "services": servicesPart2,
          "methods": methodsPart,
          "conditions": conditionsPart2,
          "scope": scopePart,
          "reject": rejectPart,
          "resource": {
            "type": "string",
            "maxLength": 2048,
            "description": "dataId of the service, or a resource such as `a:80@Http1:i:r`, where `services` says nothing.",
            "default": "",
            "examples": [
              "details.bookinfo:9080@Http1"
            ]
          },
          "trafficType": {
            "type": "string",
            "enum": [
              "",
              "i",
              "o"
            ],
            "description": "Direction of `resource`: `i` comes in, `o` goes out.",
            "default": "",
            "examples": [
              "o"
            ]
          },
          "methodName": {
            "type": "string",
            "maxLength": 1024,
            "description": "Method of `resource`; any when empty.",
            "default": "",
            "examples": [
              "echo"
            ]
          },
          "ttlSeconds": ttlSecondsPart,
          "faultInjectRuleItems": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "ruleType": ruleTypePart,
                "configs": {
                  "type": "object",
                  "properties": {
                    "faultPercent": faultPercentPart,
                    "code": {
                      "x-weft-json": true,
                      "description": "Status of the answer: an HTTP status from 200 to 599, or the name of a gRPC status.",
                      "default": 500,
                      "examples": [
                        503,
                        "UNAVAILABLE"
                      ]
                    },
                    "fixedDelay": fixedDelayPart
                  },
                  "description": "The fault.",
                  "default": {},
                  "additionalProperties": true
                },
                "trafficConditions": conditionsPart2,
                "action": {
                  "type": "object",
                  "properties": {
                    "type": {
                      "type": "string",
                      "enum": [
                        "REJECT",
                        "PASS"
                      ],
                      "x-weft-ignore-case": true,
                      "description": "PASS watches, whatever the mode of the rule.",
                      "default": "REJECT"
                    }
                  },
                  "description": "Whether the fault is injected.",
                  "default": {},
                  "additionalProperties": true
                }
              },
              "description": "One fault.",
              "additionalProperties": true
            },
            "minItems": 1,
            "maxItems": 16,
            "description": "The faults; the first whose conditions hold is the one.",
            "examples": [
              [
                {
                  "ruleType": "ABORT",
                  "configs": {
                    "code": 503
                  }
                }
              ]
            ]
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
  "description": "The fault-injection rules of an app.",
  "additionalProperties": true
};
