// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "delay": {
      "type": "object",
      "properties": {
        "fixed_delay": {
          "x-weft-format": "duration",
          "x-weft-unit": "ms",
          "minimum": 0,
          "description": "How long a request waits.",
          "default": 0,
          "examples": [
            "100ms"
          ]
        },
        "percentage": {
          "type": "integer",
          "minimum": 0,
          "maximum": 100,
          "x-weft-unit": "percent",
          "description": "Share of the requests that wait.",
          "default": 0,
          "examples": [
            10
          ]
        }
      },
      "description": "Delays requests."
    },
    "abort": {
      "type": "object",
      "properties": {
        "status": {
          "type": "integer",
          "minimum": 200,
          "maximum": 599,
          "description": "HTTP status of the answer; other protocols map it.",
          "default": 503
        },
        "percentage": {
          "type": "integer",
          "minimum": 0,
          "maximum": 100,
          "x-weft-unit": "percent",
          "description": "Share of the requests that are answered with it.",
          "default": 0,
          "examples": [
            10
          ]
        }
      },
      "description": "Answers requests with an error in place of the host; those that were delayed, after the delay."
    },
    "upstream_cluster": {
      "type": "string",
      "maxLength": 256,
      "description": "Only requests that go to this cluster; all when empty.",
      "default": ""
    },
    "headers": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "name"
        ],
        "properties": {
          "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256,
            "description": "Name of the header; `method` is the method of an HTTP request."
          },
          "value": {
            "type": "string",
            "maxLength": 4096,
            "description": "The value, or an expression that it must contain a match of.",
            "default": ""
          },
          "regex": {
            "type": "boolean",
            "description": "Takes `value` as a regular expression.",
            "default": false
          }
        },
        "description": "One condition on a header."
      },
      "default": [],
      "maxItems": 64,
      "description": "Only requests that meet every condition."
    }
  },
  "description": "The stream filter `fault`: delays and fails a share of the requests, to see what callers make of it."
};
