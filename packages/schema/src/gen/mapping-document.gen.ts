// Generated from mapping-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { MappingDocument } from '../rules/mapping-document.ts';
import {
  scopePart,
  typePart2,
  mappingPart,
} from './schema-parts.gen.ts';

export const mappingDocumentSchema: JsonSchema<MappingDocument> = {
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
    "mappingRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId",
          "mapping"
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
          "enabled": {
            "type": "boolean",
            "description": "Whether the rule acts.",
            "default": true
          },
          "scope": scopePart,
          "ruleVersion": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Version of the rule at the control plane, as explanations name it; 0 where it is not said.",
            "default": 0
          },
          "mapping": mappingPart
        },
        "description": "One mapping.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 1000,
      "description": "The mappings."
    }
  },
  "description": "The mappings of an app.",
  "additionalProperties": true
};
