// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

const sourceAddrsItemPart = {
  "type": "object",
  "required": [
    "Address"
  ],
  "properties": {
    "Address": {
      "type": "string",
      "minLength": 2,
      "maxLength": 64,
      "description": "IP address.",
      "examples": [
        "10.0.0.0",
        "fd00::"
      ]
    },
    "Length": {
      "type": "integer",
      "minimum": 0,
      "maximum": 128,
      "x-weft-unit": "bits",
      "description": "Bits of the address that count; all of them when not given.",
      "examples": [
        8
      ]
    }
  },
  "description": "One block of addresses."
} as const;

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "stat_prefix": {
      "type": "string",
      "description": "Prefix of metric names.",
      "x-weft-class": "ignored",
      "x-weft-hint": "metrics carry the names of the listener and the cluster as labels"
    },
    "cluster": {
      "type": "string",
      "maxLength": 256,
      "description": "Cluster that takes the connections which no route matches; those are closed when it is empty.",
      "default": ""
    },
    "idle_timeout": {
      "x-weft-format": "duration-ns",
      "x-weft-unit": "ms",
      "minimum": 0,
      "description": "Closes a connection on which nothing happened for so long; 0 means the timeout of the listener. A number is one of nanoseconds.",
      "default": 0,
      "examples": [
        "10m",
        600000000000
      ]
    },
    "max_connect_attempts": {
      "type": "integer",
      "minimum": 0,
      "maximum": 4294967295,
      "description": "Hosts that are tried.",
      "x-weft-class": "ignored",
      "x-weft-hint": "a connection that cannot be made goes on to another host as the cluster says"
    },
    "routes": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "Cluster"
        ],
        "properties": {
          "Cluster": {
            "type": "string",
            "maxLength": 256,
            "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
            "x-weft-expected": "a name of 1 to 256 characters without control characters",
            "description": "Cluster that takes the connections."
          },
          "SourceAddrs": {
            "type": "array",
            "items": sourceAddrsItemPart,
            "default": [],
            "maxItems": 1024,
            "description": "Addresses of callers; any when empty."
          },
          "DestinationAddrs": {
            "type": "array",
            "items": sourceAddrsItemPart,
            "default": [],
            "maxItems": 1024,
            "description": "Addresses that callers connected to; any when empty."
          },
          "SourcePort": {
            "type": "string",
            "maxLength": 1024,
            "description": "Ports of callers, and ranges of ports, separated by commas; any when empty.",
            "default": "",
            "examples": [
              "80,8000-9000"
            ]
          },
          "DestinationPort": {
            "type": "string",
            "maxLength": 1024,
            "description": "Ports that callers connected to, and ranges, separated by commas; any when empty.",
            "default": "",
            "examples": [
              "80,8000-9000"
            ]
          }
        },
        "description": "One route: every condition has to be met."
      },
      "default": [],
      "maxItems": 4096,
      "description": "Routes by addresses, first match wins."
    }
  },
  "description": "The network filter `tcp_proxy`: connections are passed on byte by byte."
};
