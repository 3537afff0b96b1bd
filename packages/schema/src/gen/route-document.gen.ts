// Generated from route-document.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { RouteDocument } from '../rules/route-document.ts';

export const routeDocumentSchema: JsonSchema<RouteDocument> = {
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
    "dataId": {
      "type": "string",
      "maxLength": 512,
      "description": "Id of the service; that of the name of the document when empty.",
      "default": "",
      "examples": [
        "reviews.bookinfo:9080@Http1"
      ]
    },
    "type": {
      "type": "string",
      "maxLength": 64,
      "description": "Kind of the document. For information only.",
      "default": "service"
    },
    "enabled": {
      "type": "boolean",
      "description": "False turns all rules of the document off without removing them.",
      "default": true
    },
    "rules": {
      "type": "array",
      "items": {
        "type": "object",
        "required": [
          "id",
          "destinations"
        ],
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 0,
            "maximum": 9007199254740991,
            "description": "Database key of the rule, as logs and answers name it.",
            "examples": [
              20001772
            ]
          },
          "name": {
            "type": "string",
            "maxLength": 255,
            "description": "Name of the rule.",
            "default": ""
          },
          "orderNum": {
            "type": "integer",
            "minimum": -2147483647,
            "maximum": 2147483647,
            "description": "Priority; larger first.",
            "default": 0,
            "examples": [
              10
            ]
          },
          "enabled": {
            "type": "boolean",
            "description": "Whether the rule acts.",
            "default": true
          },
          "fallback": {
            "type": "boolean",
            "description": "Rules behind this one are tried when it has no instance.",
            "default": false
          },
          "faultProtection": {
            "type": "boolean",
            "description": "Other groups are tried when the chosen one is empty.",
            "default": false
          },
          "strict": {
            "type": "boolean",
            "description": "A request that no rule behind this one can place fails.",
            "default": false
          },
          "grays": {
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
            "description": "Only callers that meet every condition."
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
          "destinations": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "weight": {
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 100,
                  "description": "Percent of the matching requests.",
                  "default": 100
                },
                "destination": {
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
                  "description": "Labels that an instance must have; EQUAL only.",
                  "examples": [
                    [
                      {
                        "type": "CUSTOM",
                        "field": "version",
                        "operation": "EQUAL",
                        "value": [
                          "v1"
                        ]
                      }
                    ]
                  ]
                }
              },
              "description": "A group of instances.",
              "additionalProperties": true
            },
            "minItems": 1,
            "maxItems": 16,
            "description": "Groups of instances; their weights sum to 100.",
            "examples": [
              [
                {
                  "weight": 100
                }
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
  "description": "The routing rules of a service.",
  "additionalProperties": true
};
