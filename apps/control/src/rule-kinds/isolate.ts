import { message } from '@weft/api';
import { checkIsolateBody, isolate, toIsolateDocument } from '@weft/governance/isolate';
import type { IsolateRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Isolation of instances that fail. */
export const isolateRuleKind = governedKind<IsolateRuleBody>({
  rule: isolate,
  ownedBy: 'app',
  check: checkIsolateBody,
  toDocument: toIsolateDocument,
  preview({ spec, direction }) {
    const { leastExceptionRate, exceptionRateMultiple, leastWindowCount, timeWindow, maxIpCount, recoverTime } = spec;
    if (maxIpCount === 0) return { said: message('preview.isolate-none'), fields: {} };
    const rate = Math.round(leastExceptionRate * exceptionRateMultiple * 100) / 100;
    const said = message(direction === 'SERVER' ? 'preview.isolate-own' : 'preview.isolate', {
      rate,
      calls: Math.max(1, leastWindowCount),
      window: timeWindow,
      count: maxIpCount,
      recover: recoverTime / 1000,
    });
    return { said, fields: {} };
  },
});
