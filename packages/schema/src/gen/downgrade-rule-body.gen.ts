// Generated from downgrade-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { DowngradeRuleBody } from '../rules/downgrade-rule-body.ts';
import {
  namePart,
  appPart,
  servicesPart,
  methodsPart,
  modePart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
} from './schema-parts.gen.ts';

export const downgradeRuleBodySchema: JsonSchema<DowngradeRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "services",
    "spec"
  ],
  "properties": {
    "name": namePart,
    "app": appPart,
    "direction": {
      "type": "string",
      "enum": [
        "CLIENT"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "Degradation acts at the caller, before anything is sent.",
      "default": "CLIENT",
      "examples": [
        "CLIENT"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "降级在调用方生效，不发出请求。"
        },
        "widget": "radio",
        "values": {
          "CLIENT": {
            "en": "Client side",
            "zh": "客户端"
          }
        }
      }
    },
    "services": servicesPart,
    "methods": methodsPart,
    "mode": modePart,
    "enabled": enabledPart,
    "conditions": conditionsPart,
    "scope": scopePart,
    "description": descriptionPart,
    "spec": {
      "type": "object",
      "properties": {
        "action": {
          "type": "string",
          "enum": [
            "REJECT",
            "RETURN_NULL",
            "MOCK"
          ],
          "x-weft-ignore-case": true,
          "title": "Answer",
          "description": "`REJECT`: callers get the status and message below. `RETURN_NULL`: a success without content; null, over gRPC the message without fields, over Tars and Dubbo thrift the answer of a method that returns nothing. `MOCK`: the body below.",
          "default": "REJECT",
          "examples": [
            "MOCK"
          ],
          "x-weft-form": {
            "zh": {
              "title": "降级方式",
              "description": "REJECT：调用方收到下方的状态码和提示信息；RETURN_NULL：收到没有内容的成功响应（RPC 为 null，gRPC 为没有字段的消息，Tars 和 Dubbo thrift 为无返回值方法的应答）；MOCK：收到下方填写的内容。"
            },
            "widget": "radio",
            "values": {
              "REJECT": {
                "en": "Error",
                "zh": "返回错误"
              },
              "RETURN_NULL": {
                "en": "Empty answer",
                "zh": "返回空"
              },
              "MOCK": {
                "en": "Given answer",
                "zh": "返回指定内容"
              }
            }
          }
        },
        "status": {
          "type": "integer",
          "minimum": 0,
          "maximum": 599,
          "x-weft-unit": "HTTP status",
          "title": "HTTP status",
          "description": "HTTP status of the error, 400 to 599; 0 stands for 503. RPC protocols keep theirs.",
          "default": 0,
          "examples": [
            503
          ],
          "x-weft-form": {
            "zh": {
              "title": "HTTP 状态码",
              "description": "错误的 HTTP 状态码，400 至 599，0 表示 503。RPC 协议使用各自的状态。"
            },
            "when": {
              "key": "action",
              "is": "REJECT"
            }
          }
        },
        "message": {
          "type": "string",
          "maxLength": 512,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-weft-expected": "a text of at most 512 characters without control characters",
          "title": "Message",
          "description": "Text of the error; the usual one when empty.",
          "default": "",
          "examples": [
            "reviews are off for now"
          ],
          "x-weft-form": {
            "zh": {
              "title": "提示信息",
              "description": "错误的文本，空表示默认。"
            },
            "when": {
              "key": "action",
              "is": "REJECT"
            }
          }
        },
        "body": {
          "type": "string",
          "maxLength": 65536,
          "title": "Body",
          "description": "Body of the answer of MOCK; JSON unless a header says otherwise. For RPC the JSON of what the method returns, for a stream of gRPC the list of its messages, at most 1000; for Tars an object by tags such as `{\"0\":\"text\"}`, for Dubbo thrift the result in the JSON of Thrift such as `{\"0\":{\"str\":\"text\"}}`.",
          "default": "",
          "examples": [
            "{\"reviews\":[]}"
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应内容",
              "description": "MOCK 返回的内容，默认为 JSON；RPC 服务须为方法返回值的 JSON，gRPC 流为消息列表，最多 1000 条；Tars 服务为以 tag 为键的对象，如 {\"0\":\"text\"}；Dubbo thrift 服务为 Thrift 的 JSON 格式的结果，如 {\"0\":{\"str\":\"text\"}}。"
            },
            "widget": "textarea",
            "when": {
              "key": "action",
              "is": "MOCK"
            }
          }
        },
        "descriptorSet": {
          "type": "string",
          "maxLength": 262144,
          "pattern": "^[A-Za-z0-9+/=\\s]*$",
          "x-weft-expected": "base64",
          "title": "Descriptor set",
          "description": "For MOCK of gRPC and of Triple with a `.proto`: what describes the messages of the service, in base64, as `protoc --include_imports --descriptor_set_out=/dev/stdout orders.proto | base64 | tr -d '\\n'` prints it.",
          "default": "",
          "examples": [
            "CgxvcmRlcnMucHJvdG8SBHNob3A="
          ],
          "x-weft-form": {
            "zh": {
              "title": "描述符集",
              "description": "gRPC 服务和由 .proto 定义的 Triple 服务使用 MOCK 时必填：描述服务消息的 base64 文本，由 `protoc --include_imports --descriptor_set_out=/dev/stdout orders.proto | base64 | tr -d '\\n'` 输出。"
            },
            "widget": "textarea",
            "when": {
              "key": "action",
              "is": "MOCK"
            }
          }
        },
        "tripleInterface": {
          "type": "string",
          "enum": [
            "UNSAID",
            "PROTO",
            "JAVA"
          ],
          "x-weft-ignore-case": true,
          "title": "Triple service",
          "description": "For RETURN_NULL and MOCK of Triple: whether the service is that of a `.proto` or a Java interface, which calls do not say. With a descriptor set that of a `.proto`, unless said.",
          "default": "UNSAID",
          "examples": [
            "JAVA"
          ],
          "x-weft-form": {
            "zh": {
              "title": "Triple 服务",
              "description": "Triple 服务使用 RETURN_NULL 或 MOCK 时填写：服务由 .proto 定义还是 Java 接口，请求本身不说明；填写了描述符集时默认为 .proto。"
            },
            "widget": "radio",
            "values": {
              "UNSAID": {
                "en": "Not said",
                "zh": "未说明"
              },
              "PROTO": {
                "en": "A .proto",
                "zh": ".proto"
              },
              "JAVA": {
                "en": "A Java interface",
                "zh": "Java 接口"
              }
            },
            "when": {
              "key": "action",
              "is": [
                "RETURN_NULL",
                "MOCK"
              ]
            },
            "advanced": true
          }
        },
        "headers": {
          "type": "object",
          "additionalProperties": {
            "type": "string",
            "description": "The value of this key."
          },
          "title": "Headers",
          "description": "Headers of the answer of MOCK, for HTTP and gRPC.",
          "default": {},
          "examples": [
            {
              "content-type": "text/plain"
            }
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应头",
              "description": "MOCK 返回的响应头，用于 HTTP 和 gRPC。"
            },
            "widget": "key-values",
            "when": {
              "key": "action",
              "is": "MOCK"
            },
            "advanced": true
          }
        },
        "logEnabled": {
          "type": "boolean",
          "title": "Log hits",
          "description": "Whether a request that is answered is a line in the log.",
          "default": true,
          "examples": [
            false
          ],
          "x-weft-form": {
            "zh": {
              "title": "记录日志",
              "description": "命中的请求是否写日志。"
            },
            "widget": "switch",
            "advanced": true
          }
        },
        "logLevel": {
          "type": "string",
          "enum": [
            "ERROR",
            "WARN",
            "INFO",
            "DEBUG"
          ],
          "x-weft-ignore-case": true,
          "title": "Level of the log",
          "description": "Level of that line.",
          "default": "INFO",
          "examples": [
            "WARN"
          ],
          "x-weft-form": {
            "zh": {
              "title": "日志级别",
              "description": "该日志的级别。"
            },
            "widget": "select",
            "values": {
              "ERROR": {
                "en": "ERROR",
                "zh": "ERROR"
              },
              "WARN": {
                "en": "WARN",
                "zh": "WARN"
              },
              "INFO": {
                "en": "INFO",
                "zh": "INFO"
              },
              "DEBUG": {
                "en": "DEBUG",
                "zh": "DEBUG"
              }
            },
            "advanced": true
          }
        }
      },
      "title": "Degradation",
      "description": "What callers get instead of the service.",
      "x-weft-form": {
        "zh": {
          "title": "服务降级",
          "description": "代替服务返回给调用方的内容。"
        }
      }
    }
  },
  "title": "Degradation rule",
  "description": "A degradation rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "降级规则",
      "description": "服务降级规则。"
    }
  }
};
