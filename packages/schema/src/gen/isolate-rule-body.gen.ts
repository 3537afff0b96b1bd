// Generated from isolate-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { IsolateRuleBody } from '../rules/isolate-rule-body.ts';

export const isolateRuleBodySchema: JsonSchema<IsolateRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "spec"
  ],
  "properties": {
    "name": {
      "type": "string",
      "minLength": 1,
      "maxLength": 255,
      "pattern": "^[^\\s\\p{M}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u115f\\u1160\\u2800\\u3164\\uffa0](?:[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u115f\\u1160\\u2800\\u3164\\uffa0]*[^\\s\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u115f\\u1160\\u2800\\u3164\\uffa0])?$",
      "x-weft-expected": "a name of 1 to 255 characters that begins and ends with one that is seen, without control or format characters",
      "title": "Rule name",
      "description": "Name of the rule, unique per workspace, type and app.",
      "examples": [
        "echo-qps"
      ],
      "x-weft-form": {
        "zh": {
          "title": "规则名称",
          "description": "规则的名称，在工作空间、类型和应用内唯一。"
        }
      }
    },
    "app": {
      "type": "string",
      "pattern": "^(?:\\*|[A-Za-z0-9._-]{1,128})$",
      "x-weft-expected": "`*`, or an app name of 1 to 128 letters, digits, `.`, `_` and `-`",
      "title": "App",
      "description": "App whose instances apply the rule: the provider for SERVER, the caller for CLIENT; `*` is every app.",
      "examples": [
        "sofa-echo-server",
        "*"
      ],
      "x-weft-form": {
        "zh": {
          "title": "应用",
          "description": "执行规则的应用：服务端限流为提供方，客户端限流为调用方，* 表示所有应用。"
        },
        "widget": "select-app",
        "byDirection": {
          "SERVER": {
            "en": {
              "title": "Server's app",
              "description": "App that provides the service; * is every app."
            },
            "zh": {
              "title": "服务端应用",
              "description": "提供服务的应用，* 表示所有应用。"
            }
          },
          "CLIENT": {
            "en": {
              "title": "Client's app",
              "description": "App that calls the service; * is every app."
            },
            "zh": {
              "title": "客户端应用",
              "description": "调用服务的应用，* 表示所有应用。"
            }
          }
        }
      }
    },
    "direction": {
      "type": "string",
      "enum": [
        "CLIENT"
      ],
      "x-weft-ignore-case": true,
      "x-weft-unsupported-values": {
        "SERVER": "callers leave out the instances that fail for them; an instance cannot take itself out of their lists"
      },
      "title": "Direction",
      "description": "Instances are isolated at the caller, which chooses among them.",
      "default": "CLIENT",
      "examples": [
        "CLIENT"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "在选择实例的调用方隔离。"
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
    "services": {
      "type": "array",
      "items": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "The dataId of a service, or `*` for all."
      },
      "minItems": 1,
      "maxItems": 100,
      "title": "Services",
      "description": "Services whose instances are judged, each service for itself; * is every service that the app calls.",
      "default": [
        "*"
      ],
      "examples": [
        [
          "reviews.bookinfo:9080@Http1"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "服务",
          "description": "判定其实例的服务，各服务独立统计，* 表示该应用调用的全部服务。"
        },
        "widget": "select-service"
      }
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
      "title": "Mode",
      "description": "CONTROL enforces the verdict. OBSERVE only logs and counts what CONTROL would have done.",
      "default": "CONTROL",
      "examples": [
        "OBSERVE"
      ],
      "x-weft-form": {
        "zh": {
          "title": "运行模式",
          "description": "拦截模式执行判定；观察者模式只记录日志和指标。"
        },
        "widget": "radio",
        "values": {
          "CONTROL": {
            "en": "Control",
            "zh": "拦截模式"
          },
          "OBSERVE": {
            "en": "Observe",
            "zh": "观察者模式"
          }
        }
      }
    },
    "enabled": {
      "type": "boolean",
      "title": "State",
      "description": "Whether the rule acts. New rules are off until they are switched on.",
      "default": false,
      "examples": [
        true
      ],
      "x-weft-form": {
        "zh": {
          "title": "状态",
          "description": "规则是否生效，新建的规则默认关闭。"
        },
        "widget": "switch"
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
      "title": "Exact traffic match",
      "description": "Only requests that meet every condition; all when empty. Evaluated in this order.",
      "examples": [
        [
          {
            "type": "HEADER",
            "field": "user",
            "operation": "IN",
            "value": [
              "a",
              "b"
            ]
          }
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "流量精确匹配",
          "description": "仅匹配满足全部条件的请求，按顺序判断，空表示全部流量。"
        },
        "widget": "conditions"
      }
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
    "description": {
      "type": "string",
      "maxLength": 1024,
      "title": "Description",
      "description": "A note for people.",
      "default": "",
      "examples": [
        "Protects the database behind echo."
      ],
      "x-weft-form": {
        "zh": {
          "title": "描述",
          "description": "给人看的备注。"
        },
        "widget": "textarea",
        "advanced": true
      }
    },
    "spec": {
      "type": "object",
      "required": [
        "leastExceptionRate"
      ],
      "properties": {
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
      "title": "Fault isolation",
      "description": "Which instances are left out for a while because many of their calls fail.",
      "x-weft-form": {
        "zh": {
          "title": "故障隔离",
          "description": "暂时隔离调用异常率高的实例。"
        }
      }
    }
  },
  "title": "Isolation rule",
  "description": "A rule that isolates instances.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "故障隔离规则",
      "description": "隔离异常实例的规则。"
    }
  }
};
