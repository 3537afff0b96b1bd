// Generated from mirror-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { MirrorRuleBody } from '../rules/mirror-rule-body.ts';
import {
  namePart,
  appPart,
  servicesPart,
  methodsPart,
  enabledPart,
  conditionsPart,
  scopePart,
  descriptionPart,
  directionPart,
  percentPart,
  targetDataIdPart,
  targetClusterPart,
  targetAddressesPart,
  amplificationPart,
  broadcastPart,
  stripHeadersPart,
  addHeadersPart,
  hostSuffixPart,
  maxBodyBytesPart,
  maxPendingPart,
} from './schema-parts.gen.ts';

export const mirrorRuleBodySchema: JsonSchema<MirrorRuleBody> = {
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
    "direction": directionPart,
    "services": servicesPart,
    "methods": methodsPart,
    "mode": {
      "type": "string",
      "enum": [
        "CONTROL"
      ],
      "x-weft-ignore-case": true,
      "title": "Mode",
      "description": "A mirroring rule copies; a share of 0 copies nothing.",
      "default": "CONTROL",
      "examples": [
        "CONTROL"
      ],
      "x-weft-form": {
        "zh": {
          "title": "运行模式",
          "description": "镜像规则总是复制请求；比例为 0 时不复制。"
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
      "properties": {
        "percent": percentPart,
        "targetDataId": targetDataIdPart,
        "targetCluster": targetClusterPart,
        "targetAddresses": targetAddressesPart,
        "amplification": amplificationPart,
        "broadcast": broadcastPart,
        "stripHeaders": stripHeadersPart,
        "addHeaders": addHeadersPart,
        "hostSuffix": hostSuffixPart,
        "maxBodyBytes": maxBodyBytesPart,
        "maxPending": maxPendingPart
      },
      "title": "Mirroring",
      "description": "Where copies of requests go; their answers are thrown away.",
      "x-weft-form": {
        "zh": {
          "title": "流量镜像",
          "description": "请求副本的去向，其应答会被丢弃。"
        },
        "exactlyOne": [
          "targetDataId",
          "targetCluster",
          "targetAddresses"
        ]
      }
    }
  },
  "title": "Mirroring rule",
  "description": "A mirroring rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "镜像规则",
      "description": "流量镜像规则。"
    }
  }
};
