import { message } from '@weft/api';
import { checkFuseBody, fuse, toFuseDocument } from '@weft/governance/fuse';
import type { FuseRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Circuit breaking. */
export const fuseRuleKind = governedKind<FuseRuleBody>({
  rule: fuse,
  ownedBy: 'app',
  check: checkFuseBody,
  toDocument: toFuseDocument,
  preview({ spec }) {
    const { triggerType, threshold, thresholdUnit, triggerWindowMillis, meltWindowMillis } = spec;
    const shared = {
      calls: spec.floorRequestCount,
      seconds: triggerWindowMillis / 1000,
      open: meltWindowMillis / 1000,
      probes: spec.probeNum,
    };
    const percent = thresholdUnit === 'ratio' ? Math.round(threshold * 1e5) / 1e3 : threshold;
    const said =
      triggerType === 'errorRatio'
        ? message('preview.fuse-errors', { ...shared, percent })
        : message('preview.fuse-time', { ...shared, threshold });
    return { said, fields: {} };
  },
});
