import { message } from '@weft/api';
import { checkDowngradeBody, downgrade, toDowngradeDocument } from '@weft/governance/downgrade';
import type { DowngradeRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Degradation. */
export const downgradeRuleKind = governedKind<DowngradeRuleBody>({
  rule: downgrade,
  ownedBy: 'app',
  check: checkDowngradeBody,
  toDocument: toDowngradeDocument,
  preview: ({ spec }) => ({
    said: message(spec.action === 'REJECT' ? 'preview.degraded' : 'preview.answered'),
    fields: {},
  }),
});
