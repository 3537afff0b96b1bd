import { message } from '@weft/api';
import { checkFaultBody, faultInject, toFaultDocument } from '@weft/governance/fault-inject';
import type { FaultRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Fault injection. */
export const faultInjectRuleKind = governedKind<FaultRuleBody>({
  rule: faultInject,
  ownedBy: 'app',
  firstOnly: true,
  ttlSecondsOf: ({ spec }) => spec.ttlSeconds,
  withoutEnd: (body) => ({ ...body, spec: { ...body.spec, ttlSeconds: 0 } }),
  check: checkFaultBody,
  toDocument: toFaultDocument,
  preview({ spec: { ruleType, faultPercent: percent, code, rpcStatus, fixedDelay: delay } }) {
    const said =
      ruleType === 'DELAY'
        ? message('preview.delay', { percent, delay })
        : message('preview.abort', { percent, status: rpcStatus || code });
    return { said, fields: {} };
  },
});
