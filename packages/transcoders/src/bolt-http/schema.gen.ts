// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "mappings": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "service"
        ],
        "properties": {
          "name": {
            "type": "string",
            "maxLength": 128,
            "description": "Name of the document, for people.",
            "default": "",
            "examples": [
              "users-v3"
            ]
          },
          "service": {
            "type": "string",
            "minLength": 1,
            "maxLength": 512,
            "description": "The Java interface.",
            "examples": [
              "com.x.UserService"
            ]
          },
          "version": {
            "type": "string",
            "maxLength": 64,
            "description": "Version of the service; empty: any.",
            "default": "",
            "examples": [
              "1.0"
            ]
          },
          "group": {
            "type": "string",
            "maxLength": 128,
            "description": "Group of the service; empty: any.",
            "default": ""
          },
          "target": {
            "type": "string",
            "maxLength": 256,
            "description": "The HTTP application, as its registry names it; what stands before `@` becomes the `Host` of requests. Empty: the interface.",
            "default": "",
            "examples": [
              "user-center@springcloud"
            ]
          },
          "defaults": {
            "type": "object",
            "properties": {
              "httpMethod": {
                "type": "string",
                "enum": [
                  "GET",
                  "POST",
                  "PUT",
                  "PATCH",
                  "DELETE"
                ],
                "description": "Method of HTTP.",
                "default": "POST"
              },
              "path": {
                "type": "string",
                "maxLength": 1024,
                "description": "Path of HTTP.",
                "default": "/{interface}/{method}",
                "examples": [
                  "/users/{0}"
                ]
              },
              "body": {
                "type": "string",
                "maxLength": 8,
                "description": "What the body is.",
                "default": "args",
                "examples": [
                  "args",
                  "none",
                  "0"
                ]
              },
              "unlisted": {
                "type": "boolean",
                "description": "Callers of HTTP can call methods that are not among `methods`, by these defaults. Without `methods` they always can.",
                "default": false
              }
            },
            "description": "What methods have that say nothing of their own, or are not listed.",
            "default": {}
          },
          "methods": {
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "properties": {
                "httpMethod": {
                  "type": "string",
                  "maxLength": 16,
                  "description": "Method of HTTP; empty: that of `defaults`.",
                  "default": "",
                  "examples": [
                    "GET"
                  ]
                },
                "path": {
                  "type": "string",
                  "maxLength": 1024,
                  "description": "Path of HTTP. `{0}` is an argument, `{0.id}` a field of one, `{interface}` and `{method}` are names. Empty: that of `defaults`.",
                  "default": "",
                  "examples": [
                    "/users/{0}"
                  ]
                },
                "query": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string",
                    "description": "The value of this key."
                  },
                  "description": "Parameters of the query: texts with the same places as `path`. One whose only place is null is left out.",
                  "default": {},
                  "examples": [
                    {
                      "verbose": "true",
                      "page": "{1}"
                    }
                  ]
                },
                "headers": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string",
                    "description": "The value of this key."
                  },
                  "description": "Headers of HTTP: `attachments.<name>`, or a text with the same places as `path`.",
                  "default": {},
                  "examples": [
                    {
                      "x-operator": "attachments.operator"
                    }
                  ]
                },
                "cookies": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string",
                    "description": "The value of this key."
                  },
                  "description": "Cookies that arguments are taken from when the caller speaks HTTP, by their name.",
                  "default": {},
                  "examples": [
                    {
                      "session": "{1}"
                    }
                  ]
                },
                "body": {
                  "type": "string",
                  "maxLength": 8,
                  "description": "`args`: all arguments, in an array; `none`: no body; a number: this one argument. Empty: `none` for GET and DELETE, else that of `defaults`.",
                  "default": "",
                  "examples": [
                    "args",
                    "none",
                    "0"
                  ]
                },
                "resultType": {
                  "type": "string",
                  "maxLength": 512,
                  "description": "Java type of the result, so that a Java caller gets an object of it. Empty: what JSON shows: text, number, map, list.",
                  "default": "",
                  "examples": [
                    "com.x.User",
                    "java.util.List<com.x.User>"
                  ]
                },
                "errors": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string",
                    "description": "The value of this key."
                  },
                  "description": "Class of the exception by status of HTTP, `\"409\": \"com.x.Duplicate\"`; both ways.",
                  "default": {},
                  "examples": [
                    {
                      "409": "com.x.DuplicateUserException"
                    }
                  ]
                },
                "oneWay": {
                  "type": "boolean",
                  "description": "The method is called without waiting for an answer.",
                  "default": false
                }
              },
              "description": "What one method is on the other side."
            },
            "description": "Methods by name, with the Java types of their parameters where they are to be known: `getUser(java.lang.String)`.",
            "default": {}
          },
          "types": {
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "additionalProperties": {
                "type": "string",
                "description": "The value of this key."
              },
              "description": "Java types by name of the field."
            },
            "description": "Java types of the fields of classes, where JSON does not show them: dates, longs, nested objects of a class.",
            "default": {},
            "examples": [
              {
                "com.x.User": {
                  "born": "java.util.Date",
                  "address": "com.x.Address"
                }
              }
            ]
          },
          "enums": {
            "type": "array",
            "items": {
              "type": "string",
              "maxLength": 512,
              "description": "A class."
            },
            "default": [],
            "maxItems": 1024,
            "description": "Classes that are enums, where their constants are not written in capitals."
          },
          "bigNumbers": {
            "type": "string",
            "enum": [
              "raw",
              "string"
            ],
            "description": "Numbers of Java that JavaScript cannot hold: all digits as a number, or as a string.",
            "default": "raw"
          },
          "dates": {
            "type": "string",
            "enum": [
              "epoch",
              "iso"
            ],
            "description": "Dates as milliseconds since 1970, or as ISO 8601.",
            "default": "epoch"
          },
          "keepTypes": {
            "type": "boolean",
            "description": "Writes the class of an object as its field `@type`, and reads it. Who calls can then choose classes: for callers that you trust.",
            "default": false
          }
        },
        "description": "A service, and how its methods look over HTTP."
      },
      "default": [],
      "maxItems": 4096,
      "description": "The services that are converted. Without any, every service is, by the defaults: `POST /<interface>/<method>` with the arguments in an array."
    }
  },
  "description": "The transcoder `bolt_http`."
};
