// Generated from flow-control-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { FlowControlDocument } from '../rules/flow-control-document.ts';
import {
  methodsPart,
  scopePart,
  rejectPart,
  typePart2,
  modePart2,
  directionPart,
  servicesPart2,
  conditionsPart2,
  resourcePart,
  thresholdTypePart,
  thresholdPart,
  timeMsPart,
  maxBurstRatioPart,
  zoneSpecPart,
} from './schema-parts.gen.ts';

export const flowControlDocumentSchema: JsonSchema<FlowControlDocument> = {
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
    "flowControlRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId",
          "threshold"
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
          "direction": directionPart,
          "services": servicesPart2,
          "methods": methodsPart,
          "conditions": conditionsPart2,
          "scope": scopePart,
          "reject": rejectPart,
          "thresholdType": thresholdTypePart,
          "threshold": thresholdPart,
          "timeMs": timeMsPart,
          "maxBurstRatio": maxBurstRatioPart,
          "zoneSpec": zoneSpecPart
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The rate-limit rules of an app.",
  "additionalProperties": true
};
