import { type Message, message } from '@weft/api';
import type { RulePreviewed } from '@weft/control';
import { checkLimitBody, previewLimit, rateLimit, toLimitDocument } from '@weft/governance/rate-limit';
import { parseConfig } from '@weft/schema';
import { type LimitRuleBody, limitRuleBodySchema } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';
import { idleLimits } from './limit-conflicts.ts';

/** Rate limiting. */
export const limitRuleKind = governedKind<LimitRuleBody>({
  rule: rateLimit,
  ownedBy: 'app',
  check: checkLimitBody,
  toDocument: toLimitDocument,
  preview,
  warnings,
  conflicts: idleLimits,
});

const DEFAULTS = parseConfig({ name: 'x', app: '*', services: ['*'], spec: { threshold: 0 } }, limitRuleBodySchema)
  .value.spec;

/** Stored rules and forms carry what was entered for the other type of limit: it is no mistake, and has no effect. */
function warnings({ spec }: LimitRuleBody): Message[] {
  if (spec.thresholdType !== 'concurrency') return [];
  const fields = (['timeMs', 'maxBurstRatio'] as const).filter((field) => spec[field] !== DEFAULTS[field]);
  return fields.length === 0 ? [] : [message('warning.only-for-qps', { fields: fields.join(', ') })];
}

function preview({ spec }: LimitRuleBody, instances: number): RulePreviewed {
  const { ratePerSecond, burst, total } = previewLimit(spec, instances);
  return ratePerSecond === null
    ? {
        said: message('preview.concurrency', { burst, total, instances }),
        fields: { ratePerSecond: null, burst: null, totalPerSecond: null },
      }
    : {
        said: message('preview.rate', { rate: round(ratePerSecond), burst, total: round(total), instances }),
        fields: { ratePerSecond, burst, totalPerSecond: total },
      };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
