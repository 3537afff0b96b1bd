// Generated from fuse-rule-body.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '../json-schema.ts';
import type { FuseRuleBody } from '../rules/fuse-rule-body.ts';
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
  zoneSpecPart,
  triggerTypePart,
  thresholdPart2,
  thresholdUnitPart,
  triggerWindowMillisPart,
  floorRequestCountPart,
  meltWindowMillisPart,
  probeNumPart,
  rpcTimeoutPart,
  meltAlgorithmPart,
  recoveryAlgorithmPart,
  errorCodesPart,
} from './schema-parts.gen.ts';

export const fuseRuleBodySchema: JsonSchema<FuseRuleBody> = {
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
        "triggerType": triggerTypePart,
        "threshold": thresholdPart2,
        "thresholdUnit": thresholdUnitPart,
        "triggerWindowMillis": triggerWindowMillisPart,
        "floorRequestCount": floorRequestCountPart,
        "meltWindowMillis": meltWindowMillisPart,
        "probeNum": probeNumPart,
        "rpcTimeout": rpcTimeoutPart,
        "meltAlgorithm": meltAlgorithmPart,
        "recoveryAlgorithm": recoveryAlgorithmPart,
        "errorCodes": errorCodesPart,
        "zoneSpec": zoneSpecPart,
        "reject": rejectPart
      },
      "title": "Circuit breaker",
      "description": "When calls are refused at once instead of waiting for a service that fails.",
      "x-weft-form": {
        "zh": {
          "title": "熔断",
          "description": "服务不稳定时立即拒绝请求。"
        }
      }
    }
  },
  "title": "Circuit-breaking rule",
  "description": "A circuit-breaking rule.",
  "x-weft-strict": true,
  "x-weft-form": {
    "zh": {
      "title": "熔断规则",
      "description": "熔断规则。"
    }
  }
};
