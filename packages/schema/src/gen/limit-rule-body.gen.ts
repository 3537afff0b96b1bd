// Generated from limit-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { LimitRuleBody } from '../rules/limit-rule-body.ts';
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
  rejectPart,
  directionPart,
  thresholdTypePart,
  thresholdPart,
  timeMsPart,
  maxBurstRatioPart,
  zoneSpecPart,
} from './schema-parts.gen.ts';

export const limitRuleBodySchema: JsonSchema<LimitRuleBody> = {
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
    "mode": modePart,
    "enabled": enabledPart,
    "conditions": conditionsPart,
    "scope": scopePart,
    "description": descriptionPart,
    "spec": {
      "type": "object",
      "required": [
        "threshold"
      ],
      "properties": {
        "thresholdType": thresholdTypePart,
        "threshold": thresholdPart,
        "timeMs": timeMsPart,
        "maxBurstRatio": maxBurstRatioPart,
        "zoneSpec": zoneSpecPart,
        "reject": rejectPart
      },
      "title": "Limit",
      "description": "How much is let through.",
      "x-weft-form": {
        "zh": {
          "title": "限流",
          "description": "允许通过的流量。"
        }
      }
    }
  },
  "title": "Rate-limit rule",
  "description": "A rate-limit rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "限流规则",
      "description": "限流规则。"
    }
  }
};
