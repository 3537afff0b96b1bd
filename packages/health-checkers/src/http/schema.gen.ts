// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "http_check_config": {
      "type": "object",
      "properties": {
        "port": {
          "type": "integer",
          "minimum": 0,
          "maximum": 65535,
          "description": "Port that is asked; the port of the host when 0.",
          "default": 0,
          "examples": [
            8080
          ]
        },
        "timeout": {
          "x-weft-format": "duration",
          "x-weft-unit": "ms",
          "minimum": 0,
          "description": "Longest wait for an answer; the timeout of the health check holds as well.",
          "default": "30s",
          "x-weft-zero-is-default": true
        },
        "path": {
          "type": "string",
          "maxLength": 4096,
          "pattern": "^/[\\u0021-\\u007e]*$",
          "x-weft-expected": "a path that begins with / and has no spaces",
          "description": "Path and query that are asked for.",
          "default": "/",
          "examples": [
            "/health"
          ],
          "x-weft-zero-is-default": true
        },
        "method": {
          "type": "string",
          "enum": [
            "GET",
            "HEAD",
            "OPTIONS",
            "POST",
            "PUT",
            "PATCH",
            "DELETE"
          ],
          "x-weft-ignore-case": true,
          "description": "Method of the request, which has no body.",
          "default": "GET",
          "x-weft-zero-is-default": true
        },
        "scheme": {
          "type": "string",
          "enum": [
            "http"
          ],
          "x-weft-ignore-case": true,
          "x-weft-unsupported-values": {
            "https": "health checks over TLS are not in this release: use `http`, or check with `tcp`"
          },
          "description": "Scheme of the request.",
          "default": "http",
          "x-weft-zero-is-default": true
        },
        "domain": {
          "type": "string",
          "maxLength": 256,
          "pattern": "^[\\u0021-\\u007e]*$",
          "x-weft-expected": "a host name without spaces",
          "description": "Value of the Host header; the name of the host, or its address, when empty.",
          "default": ""
        },
        "codes": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "Start",
              "End"
            ],
            "properties": {
              "Start": {
                "type": "integer",
                "minimum": 100,
                "maximum": 599,
                "description": "First status of the range."
              },
              "End": {
                "type": "integer",
                "minimum": 100,
                "maximum": 599,
                "description": "Last status of the range, which belongs to it."
              }
            },
            "description": "A range of statuses."
          },
          "default": [],
          "maxItems": 64,
          "description": "Statuses that count as healthy; 200 only when empty."
        }
      },
      "description": "The request, and what counts as a good answer; without it, as in MOSN, who accepts a connection is healthy."
    }
  },
  "description": "The health check `Http1`: one HTTP/1.1 request on a connection of its own."
};
