// Generated from isolate-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { IsolateDocument } from '../rules/isolate-document.ts';

export const isolateDocumentSchema: JsonSchema<IsolateDocument> = {
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
    "type": {
      "type": "string",
      "enum": [
        "SOFA",
        "DUBBO",
        "SPRING_CLOUD",
        "HTTP",
        "GRPC",
        "ALL"
      ],
      "x-weft-ignore-case": true,
      "description": "Kind of the app. For information only.",
      "default": "ALL"
    },
    "enabled": {
      "type": "boolean",
      "description": "False turns all rules of the document off without removing them.",
      "default": true
    },
    "faultToleranceRules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "ruleDbId",
          "leastExceptionRate"
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
          "Resource": {
            "type": "object",
            "properties": {
              "name": {
                "type": "string",
                "maxLength": 2048,
                "description": "Name of the resource: service, method, direction and kind.",
                "default": "",
                "examples": [
                  "details.bookinfo:9080@Http1:i:r"
                ]
              },
              "resourceType": {
                "type": "integer",
                "minimum": 0,
                "maximum": 255,
                "description": "Kind of the resource: 2 is a request.",
                "default": 2
              },
              "trafficType": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1,
                "description": "0 is inbound, 1 outbound.",
                "default": 0
              },
              "env": {
                "type": "string",
                "maxLength": 256,
                "description": "Environment. Not interpreted.",
                "default": ""
              },
              "conditionId": {
                "type": "string",
                "maxLength": 64,
                "description": "Id of the conditions of the rule.",
                "default": "",
                "examples": [
                  "40f1a27a"
                ]
              }
            },
            "description": "What the rule counts; computed from the other fields when not given.",
            "additionalProperties": true
          },
          "mode": {
            "type": "string",
            "enum": [
              "CONTROL",
              "OBSERVE"
            ],
            "x-weft-enum-alias": {
              "reject": "CONTROL",
              "intercept": "CONTROL",
              "observer": "OBSERVE",
              "monitor": "OBSERVE",
              "pass": "OBSERVE",
              "none": "OBSERVE"
            },
            "x-weft-ignore-case": true,
            "description": "CONTROL enforces the verdict, OBSERVE only logs it.",
            "default": "CONTROL"
          },
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
          "direction": {
            "type": "string",
            "enum": [
              "SERVER",
              "CLIENT"
            ],
            "x-weft-ignore-case": true,
            "description": "Side that isolates; only CLIENT, the caller, does.",
            "default": "CLIENT"
          },
          "services": {
            "type": "array",
            "items": {
              "type": "string",
              "minLength": 1,
              "maxLength": 512,
              "description": "The dataId of a service, or `*`."
            },
            "default": [],
            "maxItems": 100,
            "description": "Services that the rule is for; those of the resource when empty.",
            "examples": [
              [
                "details.bookinfo:9080@Http1"
              ]
            ]
          },
          "methods": {
            "type": "array",
            "items": {
              "type": "string",
              "minLength": 1,
              "maxLength": 1024,
              "description": "A method, `*`, or for HTTP `[VERB ]path`, where the path may end in `*` or be `~` and a regex."
            },
            "minItems": 1,
            "maxItems": 100,
            "title": "Methods",
            "description": "RPC methods, or for HTTP `[VERB ]path`: `GET /reviews/0`, `/reviews/*` (prefix), `~^/reviews/\\d+$` (regex). `*` is all.",
            "default": [
              "*"
            ],
            "examples": [
              [
                "echo"
              ],
              [
                "GET /reviews/*"
              ]
            ],
            "x-weft-form": {
              "zh": {
                "title": "方法",
                "description": "RPC 方法名；HTTP 为“[动词 ]路径”，如 GET /reviews/0、/reviews/*（前缀）、~^/reviews/\\d+$（正则），* 表示全部。"
              },
              "widget": "select-method"
            }
          },
          "conditions": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "field",
                "value"
              ],
              "properties": {
                "type": {
                  "type": "string",
                  "enum": [
                    "SYSTEM",
                    "HEADER",
                    "TRACE",
                    "CUSTOM",
                    "LABEL"
                  ],
                  "x-weft-enum-alias": {
                    "header_info": "HEADER",
                    "tracer": "TRACE"
                  },
                  "x-weft-ignore-case": true,
                  "title": "Kind",
                  "description": "What the condition looks at: a property that the proxy knows, a header (for RPC: an attachment), or the baggage of the trace.",
                  "default": "SYSTEM",
                  "examples": [
                    "HEADER"
                  ],
                  "x-weft-form": {
                    "zh": {
                      "title": "类型",
                      "description": "条件所检查的内容：系统字段、请求头（RPC 为附件）或链路透传数据。"
                    },
                    "widget": "select",
                    "values": {
                      "SYSTEM": {
                        "en": "System field",
                        "zh": "系统字段"
                      },
                      "HEADER": {
                        "en": "Header",
                        "zh": "请求头"
                      },
                      "TRACE": {
                        "en": "Trace baggage",
                        "zh": "链路透传"
                      },
                      "CUSTOM": {
                        "en": "Custom",
                        "zh": "自定义"
                      },
                      "LABEL": {
                        "en": "Caller label",
                        "zh": "来源标签"
                      }
                    }
                  }
                },
                "field": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256,
                  "pattern": "^[^\\u0000-\\u0020\\u007f]+$",
                  "x-weft-expected": "a name of 1 to 256 characters without blanks and control characters",
                  "title": "Field",
                  "description": "Name of the system field, header or baggage entry.",
                  "examples": [
                    "source.app.name",
                    "user"
                  ],
                  "x-weft-form": {
                    "zh": {
                      "title": "字段",
                      "description": "系统字段、请求头或透传项的名称。"
                    },
                    "widget": "condition-field"
                  }
                },
                "operation": {
                  "type": "string",
                  "enum": [
                    "EQUAL",
                    "NOT_EQUAL",
                    "IN",
                    "NOT_IN",
                    "REGEX"
                  ],
                  "x-weft-ignore-case": true,
                  "title": "Operator",
                  "description": "How the value of the request is compared. A field that is missing counts as an empty text.",
                  "default": "EQUAL",
                  "examples": [
                    "IN"
                  ],
                  "x-weft-form": {
                    "zh": {
                      "title": "运算",
                      "description": "请求值的比较方式，缺失的字段视为空文本。"
                    },
                    "widget": "select",
                    "values": {
                      "EQUAL": {
                        "en": "equals",
                        "zh": "等于"
                      },
                      "NOT_EQUAL": {
                        "en": "not equal",
                        "zh": "不等于"
                      },
                      "IN": {
                        "en": "belongs to",
                        "zh": "属于"
                      },
                      "NOT_IN": {
                        "en": "does not belong to",
                        "zh": "不属于"
                      },
                      "REGEX": {
                        "en": "regex",
                        "zh": "正则"
                      }
                    }
                  }
                },
                "value": {
                  "type": "array",
                  "items": {
                    "type": "string",
                    "maxLength": 4096,
                    "description": "One value; for REGEX an expression that is found in the text."
                  },
                  "minItems": 1,
                  "maxItems": 256,
                  "title": "Value",
                  "description": "What it is compared with: one value, or several for IN and NOT_IN.",
                  "examples": [
                    [
                      "vip"
                    ]
                  ],
                  "x-weft-form": {
                    "zh": {
                      "title": "值",
                      "description": "比较的值；“属于”和“不属于”可填多个。"
                    },
                    "widget": "tags"
                  }
                }
              },
              "title": "Condition",
              "description": "One condition on a request.",
              "x-weft-form": {
                "zh": {
                  "title": "条件",
                  "description": "对请求的一个条件。"
                }
              }
            },
            "default": [],
            "maxItems": 32,
            "description": "Only requests that meet every condition."
          },
          "scope": {
            "type": "object",
            "properties": {
              "clusters": {
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256,
                  "description": "Name of a cluster."
                },
                "default": [],
                "maxItems": 256,
                "title": "Clusters",
                "description": "Only instances of these clusters; all when empty.",
                "x-weft-form": {
                  "zh": {
                    "title": "集群",
                    "description": "仅限这些集群的实例，空表示全部。"
                  },
                  "widget": "tags"
                }
              },
              "zones": {
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256,
                  "description": "Name of a zone."
                },
                "default": [],
                "maxItems": 256,
                "title": "Zones",
                "description": "Only instances in these zones; all when empty.",
                "examples": [
                  [
                    "GZ00B"
                  ]
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "可用区",
                    "description": "仅限这些可用区的实例，空表示全部。"
                  },
                  "widget": "tags"
                }
              },
              "dataCenters": {
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256,
                  "description": "Name of a data center."
                },
                "default": [],
                "maxItems": 256,
                "title": "Data centers",
                "description": "Only instances in these data centers; all when empty.",
                "x-weft-form": {
                  "zh": {
                    "title": "机房",
                    "description": "仅限这些机房的实例，空表示全部。"
                  },
                  "widget": "tags"
                }
              },
              "ips": {
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256,
                  "description": "An IP address."
                },
                "default": [],
                "maxItems": 4096,
                "title": "IP addresses",
                "description": "Only instances with these addresses; all when empty.",
                "examples": [
                  [
                    "10.0.0.7"
                  ]
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "IP 地址",
                    "description": "仅限这些 IP 的实例，空表示全部。"
                  },
                  "widget": "tags"
                }
              },
              "labels": {
                "type": "object",
                "additionalProperties": {
                  "type": "string",
                  "description": "The value of this key."
                },
                "title": "Labels",
                "description": "Only instances with all of these labels.",
                "default": {},
                "examples": [
                  {
                    "version": "v2"
                  }
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "标签",
                    "description": "仅限具有全部这些标签的实例。"
                  },
                  "widget": "key-values"
                }
              },
              "percent": {
                "type": "integer",
                "minimum": 0,
                "maximum": 100,
                "x-weft-unit": "percent",
                "title": "Share",
                "description": "Share of the instances, chosen by a hash of address and app: who is in stays in when it grows.",
                "default": 100,
                "examples": [
                  10
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "比例",
                    "description": "生效实例的百分比，按 IP 与应用的哈希选择，比例增大时已选中的实例保持不变。"
                  }
                }
              }
            },
            "title": "Scope",
            "description": "To which instances of the app the rule applies; all by default.",
            "default": {},
            "x-weft-form": {
              "zh": {
                "title": "生效范围",
                "description": "规则对应用的哪些实例生效，默认全部。"
              },
              "advanced": true
            }
          },
          "reject": {
            "type": "object",
            "properties": {
              "status": {
                "type": "integer",
                "minimum": 0,
                "maximum": 599,
                "title": "HTTP status",
                "description": "HTTP status of the answer, 400 to 599; the status of the profile when 0. RPC protocols keep theirs.",
                "default": 0,
                "examples": [
                  429
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "HTTP 状态码",
                    "description": "拒绝时返回的 HTTP 状态码，0 表示默认。"
                  }
                }
              },
              "message": {
                "type": "string",
                "maxLength": 512,
                "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
                "x-weft-expected": "a text of at most 512 characters without control characters",
                "title": "Message",
                "description": "Text of the answer; the usual one when empty.",
                "default": "",
                "examples": [
                  "too many requests, please try again"
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "提示信息",
                    "description": "拒绝时返回的文本，空表示默认。"
                  }
                }
              }
            },
            "title": "Answer",
            "description": "What a refused caller sees.",
            "default": {},
            "x-weft-form": {
              "zh": {
                "title": "拒绝响应",
                "description": "被拒绝的调用方看到的内容。"
              },
              "advanced": true
            }
          },
          "timeWindow": {
            "type": "number",
            "minimum": 1,
            "maximum": 60,
            "x-weft-unit": "s",
            "title": "Statistics window",
            "description": "Calls of this time are judged together: more than 1, at most 60.",
            "default": 10,
            "examples": [
              10
            ],
            "x-weft-form": {
              "zh": {
                "title": "时间窗口",
                "description": "统计时间窗口，大于 1 秒，最多 60 秒。"
              }
            }
          },
          "leastWindowCount": {
            "type": "integer",
            "minimum": 0,
            "maximum": 2147483647,
            "x-weft-unit": "calls",
            "title": "Minimum calls",
            "description": "An instance with fewer calls in the window is not judged.",
            "default": 10,
            "examples": [
              20
            ],
            "x-weft-form": {
              "zh": {
                "title": "窗口内最低调用次数",
                "description": "窗口内调用次数低于该值的实例不参与判定。"
              }
            }
          },
          "leastExceptionRate": {
            "type": "number",
            "minimum": 0,
            "maximum": 100,
            "x-weft-unit": "percent",
            "title": "Error ratio",
            "description": "An instance is abnormal from here on: per cent of its calls that fail, above 0, at most 100.",
            "examples": [
              20
            ],
            "x-weft-form": {
              "zh": {
                "title": "异常率阈值",
                "description": "调用异常率达到该值的实例为异常实例，大于 0，不超过 100。"
              }
            }
          },
          "exceptionRateMultiple": {
            "type": "number",
            "minimum": 0,
            "maximum": 1000,
            "x-weft-unit": "times",
            "title": "Multiple of the error ratio",
            "description": "The error ratio is multiplied by it; at 0 a single error is enough.",
            "default": 1,
            "examples": [
              2
            ],
            "x-weft-form": {
              "zh": {
                "title": "异常率倍数",
                "description": "异常率阈值乘以该倍数，0 表示出现一次异常即为异常实例。"
              },
              "advanced": true
            }
          },
          "maxIpCount": {
            "type": "integer",
            "minimum": 0,
            "maximum": 65535,
            "x-weft-unit": "instances",
            "title": "Most instances",
            "description": "So many instances of a service are left out at one time, at most; 0 leaves none out.",
            "default": 1,
            "examples": [
              1
            ],
            "x-weft-form": {
              "zh": {
                "title": "最大隔离数",
                "description": "同一服务同时隔离的实例数上限，0 表示不隔离。"
              }
            }
          },
          "maxIpRatio": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "x-weft-unit": "share, 0 to 1",
            "title": "Most of the instances",
            "description": "At most this share of the instances of a service is left out at one time. The last healthy one never is.",
            "default": 0.5,
            "examples": [
              0.3
            ],
            "x-weft-form": {
              "zh": {
                "title": "最大隔离比例",
                "description": "同一服务同时隔离的实例比例上限；最后一个健康实例不会被隔离。"
              },
              "advanced": true
            }
          },
          "recoverTime": {
            "type": "integer",
            "minimum": 1000,
            "maximum": 86400000,
            "x-weft-unit": "ms",
            "title": "Recovery time",
            "description": "How long an instance is left out. It comes back over 10 s; left out again soon, it stays away twice as long, up to four times.",
            "default": 900000,
            "examples": [
              60000
            ],
            "x-weft-form": {
              "zh": {
                "title": "隔离时长",
                "description": "实例被隔离的时长，之后 10 秒内逐步恢复；再次异常则加倍，最多四倍。"
              }
            }
          },
          "exceptionTypes": {
            "type": "array",
            "items": {
              "type": "integer",
              "minimum": 0,
              "maximum": 65535,
              "description": "A status of the protocol."
            },
            "default": [],
            "maxItems": 64,
            "title": "Error codes",
            "description": "Statuses that count as errors instead of the usual ones: of HTTP, gRPC, Bolt or Dubbo. Calls without an answer always count.",
            "examples": [
              [
                502,
                503,
                504
              ]
            ],
            "x-weft-form": {
              "zh": {
                "title": "异常类型",
                "description": "代替默认规则、计为异常的状态码：HTTP、gRPC、Bolt 或 Dubbo；没有应答的请求总是计入。"
              },
              "widget": "tags",
              "advanced": true
            }
          }
        },
        "description": "One rule.",
        "additionalProperties": true
      },
      "default": [],
      "maxItems": 5000,
      "description": "The rules."
    }
  },
  "description": "The isolation rules of an app.",
  "additionalProperties": true
};
