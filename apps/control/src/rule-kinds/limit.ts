import type { RulePreviewed } from '@weft/control';
import { checkLimitBody, previewLimit, rateLimit, toLimitDocument } from '@weft/governance/rate-limit';
import type { LimitRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Rate limiting. */
export const limitRuleKind = governedKind<LimitRuleBody>({
  rule: rateLimit as never,
  ownedBy: 'app',
  check: checkLimitBody,
  toDocument: toLimitDocument,
  preview,
});

function preview({ spec }: LimitRuleBody, instances: number): RulePreviewed {
  const { ratePerSecond, burst, total } = previewLimit(spec, instances);
  const of = `${instances} instance${instances === 1 ? '' : 's'}`;
  return ratePerSecond === null
    ? {
        text: `${burst} at one moment per instance, ${total} over ${of}`,
        fields: { ratePerSecond: null, burst: null, totalPerSecond: null },
      }
    : {
        text: `${round(ratePerSecond)}/s, burst ${burst} per instance, ${round(total)}/s over ${of}`,
        fields: { ratePerSecond, burst, totalPerSecond: total },
      };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
