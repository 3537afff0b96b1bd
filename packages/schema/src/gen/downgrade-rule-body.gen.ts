// Generated from downgrade-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { DowngradeRuleBody } from '../rules/downgrade-rule-body.ts';

export const downgradeRuleBodySchema: JsonSchema<DowngradeRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "services",
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
    "services": {
      "type": "array",
      "items": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "The dataId of a service, or `*`.",
        "examples": [
          "*"
        ]
      },
      "minItems": 1,
      "maxItems": 100,
      "title": "Services",
      "description": "dataIds of the services, `*` for all. Several count independently, as that many rules would.",
      "examples": [
        [
          "com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT"
        ],
        [
          "reviews.bookinfo:9080@Http1"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "服务",
          "description": "服务的 dataId，* 表示全部；多个服务各自独立计数。"
        },
        "widget": "select-service",
        "byDirection": {
          "SERVER": {
            "en": {
              "title": "Server's services",
              "description": "Services that the app provides; * is all."
            },
            "zh": {
              "title": "提供的服务",
              "description": "该应用提供的服务，* 表示全部。"
            }
          },
          "CLIENT": {
            "en": {
              "title": "Referenced services",
              "description": "Services that the app calls; * is all."
            },
            "zh": {
              "title": "引用的服务",
              "description": "该应用调用的服务，* 表示全部。"
            }
          }
        }
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
          "description": "`REJECT`: callers get the status and message below. `RETURN_NULL`: a success without content. `MOCK`: the body below. The last two for HTTP.",
          "default": "REJECT",
          "examples": [
            "MOCK"
          ],
          "x-weft-form": {
            "zh": {
              "title": "降级方式",
              "description": "REJECT：调用方收到下方的状态码和提示信息；RETURN_NULL：收到没有内容的成功响应；MOCK：收到下方填写的内容。后两种仅用于 HTTP。"
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
          "description": "HTTP status of the error, 400 to 599; that of the profile when 0. RPC protocols keep theirs.",
          "default": 0,
          "examples": [
            503
          ],
          "x-weft-form": {
            "zh": {
              "title": "HTTP 状态码",
              "description": "错误的 HTTP 状态码，0 表示默认。"
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
          "description": "Body of the answer of MOCK; JSON unless a header says otherwise.",
          "default": "",
          "examples": [
            "{\"reviews\":[]}"
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应内容",
              "description": "MOCK 返回的内容，默认为 JSON。"
            },
            "widget": "textarea",
            "when": {
              "key": "action",
              "is": "MOCK"
            }
          }
        },
        "headers": {
          "type": "object",
          "additionalProperties": {
            "type": "string",
            "description": "The value of this key."
          },
          "title": "Headers",
          "description": "Headers of the answer of MOCK.",
          "default": {},
          "examples": [
            {
              "content-type": "text/plain"
            }
          ],
          "x-weft-form": {
            "zh": {
              "title": "响应头",
              "description": "MOCK 返回的响应头。"
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
