import { hijackDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { BLOCK_LOG, FLOW_DETAIL_LOG, fillBucket, refreshBucket, storedTicks, ticksAt } from '../common/index.ts';
import { compileHijacks } from './compile.ts';
import { HijackRuleSet, hijackBucket } from './filter.ts';

export { checkHijackBody } from './body.ts';
export { fromHijackDocument, toHijackDocument, toWireHijackRules } from './convert.ts';
export type { HijackProgram } from './program.ts';

/** null for a limit of concurrency. */
const bucketOf = ({ parameters: [maxRequests] }: { readonly parameters: readonly number[] }) =>
  maxRequests === undefined ? null : hijackBucket(maxRequests);

/** Limits on ports of hijacked apps. */
export const hijack = defineGovernanceRule({
  name: 'hijack',
  type: 'HIJACK',
  schema: hijackDocumentSchema,
  list: 'hijackRules',
  order: { SERVER: 2, CLIENT: 0 },
  logs: [BLOCK_LOG, FLOW_DETAIL_LOG],
  detailLog: FLOW_DETAIL_LOG,
  compile: compileHijacks,
  initSlot(plan, words, word, nowMs) {
    const bucket = bucketOf(plan);
    if (bucket !== null) fillBucket(bucket, words, word, nowMs);
  },
  carrySlot(before, after, nowMs) {
    const old = bucketOf(before.plan);
    const bucket = bucketOf(after.plan);
    if (old === null || bucket === null) return;
    const stored = storedTicks(old, Atomics.load(before.words, before.word), ticksAt(old, nowMs));
    const share = Math.max(0, Math.min(1, stored / old.capacityTicks));
    fillBucket(bucket, after.words, after.word, nowMs, share * bucket.maxPermits);
  },
  refreshSlot(plan, words, word, nowMs) {
    const bucket = bucketOf(plan);
    if (bucket !== null) refreshBucket(bucket, words, word, nowMs);
  },
  instantiate: (program, services) => HijackRuleSet.build(program, services),
});
