// Generated from isolate-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { IsolateDocument } from '../rules/isolate-document.ts';
import {
  methodsPart,
  scopePart,
  rejectPart,
  typePart2,
  modePart2,
  servicesPart2,
  conditionsPart2,
  resourcePart,
  timeWindowPart,
  leastWindowCountPart,
  leastExceptionRatePart,
  exceptionRateMultiplePart,
  maxIpCountPart,
  maxIpRatioPart,
  recoverTimePart,
  exceptionTypesPart,
} from './schema-parts.gen.ts';

export const isolateDocumentSchema: JsonSchema<IsolateDocument> = {
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
    "faultToleranceRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId",
          "leastExceptionRate"
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
          "Resource": resourcePart,
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
          "direction": {
            "type": "string",
            "enum": [
              "SERVER",
              "CLIENT"
            ],
            "x-weft-ignore-case": true,
            "description": "CLIENT judges at the callers, each for itself; SERVER at the instance, for all callers.",
            "default": "CLIENT"
          },
          "services": servicesPart2,
          "methods": methodsPart,
          "conditions": conditionsPart2,
          "scope": scopePart,
          "reject": rejectPart,
          "timeWindow": timeWindowPart,
          "leastWindowCount": leastWindowCountPart,
          "leastExceptionRate": leastExceptionRatePart,
          "exceptionRateMultiple": exceptionRateMultiplePart,
          "maxIpCount": maxIpCountPart,
          "maxIpRatio": maxIpRatioPart,
          "recoverTime": recoverTimePart,
          "exceptionTypes": exceptionTypesPart
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The isolation rules of an app.",
  "additionalProperties": true
};
