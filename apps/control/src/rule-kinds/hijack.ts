import { message } from '@weft/api';
import { checkHijackBody, hijack, toHijackDocument } from '@weft/governance/hijack';
import type { HijackRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Limits on ports of hijacked apps. */
export const hijackRuleKind = governedKind<HijackRuleBody>({
  rule: hijack,
  ownedBy: 'app',
  check: checkHijackBody,
  toDocument: toHijackDocument,
  preview({ spec: { port, maxRequests, unit } }, instances) {
    if (maxRequests === 0) return { said: message('preview.unlimited', { port }), fields: {} };
    const total = maxRequests * instances;
    return unit === 'concurrency'
      ? { said: message('preview.concurrency', { burst: maxRequests, total, instances }), fields: {} }
      : { said: message('preview.rate', { rate: maxRequests, burst: maxRequests, total, instances }), fields: {} };
  },
});
