// Generated from mirror-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { MirrorDocument } from '../rules/mirror-document.ts';
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
  percentPart,
  targetDataIdPart,
  targetClusterPart,
  targetAddressesPart,
  amplificationPart,
  broadcastPart,
  stripHeadersPart,
  addHeadersPart,
  hostSuffixPart,
  maxBodyBytesPart,
  maxPendingPart,
} from './schema-parts.gen.ts';

export const mirrorDocumentSchema: JsonSchema<MirrorDocument> = {
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
    "mirrorRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId"
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
          "percent": percentPart,
          "targetDataId": targetDataIdPart,
          "targetCluster": targetClusterPart,
          "targetAddresses": targetAddressesPart,
          "amplification": amplificationPart,
          "broadcast": broadcastPart,
          "stripHeaders": stripHeadersPart,
          "addHeaders": addHeadersPart,
          "hostSuffix": hostSuffixPart,
          "maxBodyBytes": maxBodyBytesPart,
          "maxPending": maxPendingPart
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The mirroring rules of an app.",
  "additionalProperties": true
};
