// Generated from route-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { RouteRuleBody } from '../rules/route-rule-body.ts';
import {
  namePart,
  methodsPart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
} from './schema-parts.gen.ts';

export const routeRuleBodySchema: JsonSchema<RouteRuleBody> = {
  "type": "object",
  "required": [
    "name",
    "app",
    "services",
    "spec"
  ],
  "properties": {
    "name": namePart,
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
    "methods": methodsPart,
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
    "enabled": enabledPart,
    "conditions": conditionsPart,
    "scope": scopePart,
    "description": descriptionPart,
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
          "title": "Fall back to other groups",
          "description": "When the chosen group has no healthy instance, the other groups are tried, the heaviest first (diversion).",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "回退到其他分组",
              "description": "引流开关：所选分组没有可用实例时，按权重从大到小尝试其他分组。"
            },
            "widget": "switch"
          }
        },
        "fallback": {
          "type": "boolean",
          "title": "Fall back to all instances",
          "description": "When no group has a healthy instance, rules behind this one are tried, at last all instances (downgrade).",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "回退到全部实例",
              "description": "降级开关：全部分组都没有可用实例时，尝试优先级更低的规则，最后是全部实例。"
            },
            "widget": "switch"
          }
        },
        "strict": {
          "type": "boolean",
          "title": "Strict",
          "description": "With \"Fall back to all instances\" on: when no rule behind this one has an instance, the request fails.",
          "default": false,
          "examples": [
            true
          ],
          "x-weft-form": {
            "zh": {
              "title": "严格",
              "description": "“回退到全部实例”打开时：后续规则都没有可用实例则请求失败，不使用全部实例。"
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
