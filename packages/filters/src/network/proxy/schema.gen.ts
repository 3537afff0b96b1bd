// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "required": [
    "downstream_protocol",
    "router_config_name"
  ],
  "properties": {
    "name": {
      "type": "string",
      "maxLength": 256,
      "description": "A name for dumps and logs.",
      "default": ""
    },
    "downstream_protocol": {
      "type": "string",
      "minLength": 1,
      "maxLength": 1024,
      "description": "Protocol that callers speak, or several in the order of their detection, separated by commas. `Auto` stands for every protocol that can be detected.",
      "examples": [
        "Http1",
        "Http1,Http2",
        "Auto"
      ]
    },
    "upstream_protocol": {
      "type": "string",
      "description": "Protocol towards the hosts.",
      "x-weft-class": "ignored",
      "x-weft-hint": "the protocol towards the hosts is that of the route: set `upstream_protocol` there"
    },
    "fallback_for_unknown_protocol": {
      "type": "boolean",
      "description": "A connection in none of the protocols goes to the next network filter, such as `tcp_proxy`, instead of being closed.",
      "default": false
    },
    "router_config_name": {
      "type": "string",
      "maxLength": 256,
      "pattern": "^[^\\u0000-\\u001f\\u007f]+$",
      "x-weft-expected": "a name of 1 to 256 characters without control characters",
      "description": "Name of the router configuration that routes the requests."
    },
    "router_handler_name": {
      "type": "string",
      "enum": [
        "default"
      ],
      "description": "How routes are looked up; there is one way.",
      "default": "default",
      "x-weft-zero-is-default": true
    },
    "validate_clusters": {
      "type": "boolean",
      "description": "Refuses routes to clusters that do not exist.",
      "x-weft-class": "ignored",
      "x-weft-hint": "a route may name a cluster that arrives later"
    },
    "extend_config": {
      "type": "object",
      "x-weft-json": true,
      "description": "Configuration of the protocols by protocol name. With one protocol its keys may also stand here directly.",
      "default": {},
      "examples": [
        {
          "Http1": {
            "max_header_size": 16384
          }
        }
      ]
    },
    "concurrency_num": {
      "type": "integer",
      "description": "Workers of this listener.",
      "x-weft-class": "ignored",
      "x-weft-hint": "requests run on the data threads: see `processor` of the server"
    }
  },
  "description": "The network filter `proxy`: requests of the protocols named are routed by a router configuration."
};
