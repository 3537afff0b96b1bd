// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "default_action": {
      "type": "string",
      "enum": [
        "allow",
        "deny"
      ],
      "x-weft-ignore-case": true,
      "description": "What happens to requests from addresses that no entry of `ips` has.",
      "default": "allow",
      "x-weft-zero-is-default": true
    },
    "header": {
      "type": "string",
      "maxLength": 256,
      "description": "Header that holds the address of the caller, for proxies behind another one; the address of the connection when empty or when a request does not have it.",
      "default": "",
      "examples": [
        "x-real-ip"
      ]
    },
    "ips": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "action": {
            "type": "string",
            "enum": [
              "allow",
              "deny"
            ],
            "x-weft-ignore-case": true,
            "description": "What happens to requests from these addresses.",
            "default": "allow",
            "x-weft-zero-is-default": true
          },
          "addrs": {
            "type": "array",
            "items": {
              "type": "string",
              "minLength": 2,
              "maxLength": 64,
              "description": "An IP address, or a block of them.",
              "examples": [
                "10.0.0.0/8",
                "192.0.2.1",
                "fd00::/8"
              ]
            },
            "default": [],
            "maxItems": 65536,
            "description": "Addresses and blocks."
          }
        },
        "description": "Addresses and what happens to requests from them."
      },
      "default": [],
      "maxItems": 1024,
      "description": "Entries in order; the first that has the address decides."
    }
  },
  "description": "The stream filter `ip_access`: refuses requests with 403 by the address of the caller."
};
