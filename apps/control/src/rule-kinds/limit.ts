import { message } from '@weft/api';
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
