// Generated from route-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { RouteRuleBody } from '../rules/route-rule-body.ts';

export const routeRuleBodySchema: JsonSchema<RouteRuleBody> = {
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
      "description": "App that provides the services. Every caller of them applies the rule.",
      "examples": [
        "reviews"
      ],
      "x-weft-form": {
        "zh": {
          "title": "应用",
          "description": "提供服务的应用；规则在所有调用方生效。"
        },
        "widget": "select-app"
      }
    },
    "direction": {
      "type": "string",
      "enum": [
        "CLIENT"
      ],
      "x-weft-ignore-case": true,
      "title": "Direction",
      "description": "Routing acts at the caller, which chooses the instance.",
      "default": "CLIENT",
      "examples": [
        "CLIENT"
      ],
      "x-weft-form": {
        "zh": {
          "title": "方向",
          "description": "路由在选择实例的调用方生效。"
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
        "description": "The dataId of a service."
      },
      "minItems": 1,
      "maxItems": 100,
      "title": "Services",
      "description": "Services whose callers choose by this rule.",
      "examples": [
        [
          "reviews.bookinfo:9080@Http1"
        ]
      ],
      "x-weft-form": {
        "zh": {
          "title": "服务",
          "description": "按此规则选择实例的服务。"
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
        "CONTROL"
      ],
      "x-weft-ignore-case": true,
      "title": "Mode",
      "description": "A routing rule chooses; `explain` and the simulation show what one would choose.",
      "default": "CONTROL",
      "examples": [
        "CONTROL"
      ],
      "x-weft-form": {
        "zh": {
          "title": "运行模式",
          "description": "路由规则总是生效；可用解释和模拟查看选择结果。"
        },
        "widget": "radio",
        "values": {
          "CONTROL": {
            "en": "Control",
            "zh": "拦截模式"
          }
        },
        "advanced": true
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
        "destinations"
      ],
      "properties": {
        "priority": {
          "type": "integer",
          "minimum": -2147483647,
          "maximum": 2147483647,
          "title": "Priority",
          "description": "Of several rules of a service that match, the one with the larger number comes first.",
          "default": 0,
          "examples": [
            10
          ],
          "x-weft-form": {
            "zh": {
              "title": "优先级",
              "description": "同一服务的多条规则匹配时，数值大的优先。"
            }
          }
        },
        "destinations": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "weight": {
                "type": "integer",
                "minimum": 0,
                "maximum": 100,
                "x-weft-unit": "percent",
                "title": "Weight",
                "description": "Share of the matching requests; the weights of a rule sum to 100.",
                "default": 100,
                "examples": [
                  90
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "权重",
                    "description": "匹配流量的百分比，一条规则的权重之和为 100。"
                  }
                }
              },
              "labels": {
                "type": "object",
                "additionalProperties": {
                  "type": "string",
                  "description": "The value of this key."
                },
                "title": "Instances with",
                "description": "Labels that an instance must all have: those it publishes, or `ip`, `zone`, `idc`, `city`, `cluster`, `version`. All instances when empty.",
                "default": {},
                "examples": [
                  {
                    "version": "v2"
                  }
                ],
                "x-weft-form": {
                  "zh": {
                    "title": "实例标签",
                    "description": "实例须具有全部标签：发布时的标签，或 ip、zone、idc、city、cluster、version；空表示全部实例。"
                  },
                  "widget": "key-values"
                }
              }
            },
            "title": "Destination",
            "description": "A group of instances and its share.",
            "x-weft-form": {
              "zh": {
                "title": "目标分组",
                "description": "一组实例及其流量比例。"
              }
            }
          },
          "minItems": 1,
          "maxItems": 16,
          "title": "Destinations",
          "description": "Groups of instances; each request goes to one of them, by weight.",
          "examples": [
            [
              {
                "weight": 90,
                "labels": {
                  "version": "v1"
                }
              },
              {
                "weight": 10,
                "labels": {
                  "version": "v3"
                }
              }
            ]
          ],
          "x-weft-form": {
            "zh": {
              "title": "路由目标",
              "description": "实例分组，每个请求按权重进入其中之一。"
            },
            "widget": "table"
          }
        },
        "faultProtection": {
          "type": "boolean",
          "title": "Diversion",
          "description": "When the chosen group has no healthy instance, the other groups are tried, the heaviest first.",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "引流开关",
              "description": "所选分组没有可用实例时，按权重从大到小尝试其他分组。"
            },
            "widget": "switch"
          }
        },
        "fallback": {
          "type": "boolean",
          "title": "Downgrade",
          "description": "When no group has a healthy instance, rules behind this one are tried, at last all instances.",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "降级开关",
              "description": "全部分组都没有可用实例时，尝试优先级更低的规则，最后是全部实例。"
            },
            "widget": "switch"
          }
        },
        "strict": {
          "type": "boolean",
          "title": "Strict",
          "description": "With downgrade on: when no rule behind this one has an instance, the request fails.",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "严格",
              "description": "降级开关打开时：后续规则都没有可用实例则请求失败，不使用全部实例。"
            },
            "widget": "switch",
            "advanced": true
          }
        }
      },
      "title": "Routing",
      "description": "Which instances answer.",
      "x-weft-form": {
        "zh": {
          "title": "服务路由",
          "description": "由哪些实例处理请求。"
        }
      }
    }
  },
  "title": "Routing rule",
  "description": "A routing rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "路由规则",
      "description": "服务路由规则。"
    }
  }
};
