import { flowControlDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import {
  BLOCK_LOG,
  bucketParameters,
  FLOW_DETAIL_LOG,
  fillBucket,
  refreshBucket,
  storedTicks,
  ticksAt,
} from '../common/index.ts';
import { compileLimits } from './compile.ts';
import { LimitRuleSet } from './filter.ts';

export { checkLimitBody } from './body.ts';
export { fromLimitDocument, toLimitDocument, toWireLimitRules } from './convert.ts';
export { type LimitPreview, previewLimit } from './preview.ts';
export type { LimitProgram } from './program.ts';

const parametersOf = ({ parameters }: { readonly parameters: readonly number[] }) =>
  parameters.length === 3
    ? bucketParameters(parameters[0] as number, parameters[1] as number, parameters[2] as number)
    : null;

/** Rate limiting: token buckets and limits of concurrency. */
export const rateLimit = defineGovernanceRule({
  name: 'limit',
  type: 'LIMIT',
  schema: flowControlDocumentSchema,
  list: 'flowControlRules',
  order: { SERVER: 3, CLIENT: 2 },
  logs: [BLOCK_LOG, FLOW_DETAIL_LOG],
  detailLog: FLOW_DETAIL_LOG,
  compile: compileLimits,
  initSlot(plan, words, word, nowMs) {
    const bucket = parametersOf(plan);
    if (bucket !== null) fillBucket(bucket, words, word, nowMs);
  },
  carrySlot(before, after, nowMs) {
    const old = parametersOf(before.plan);
    const bucket = parametersOf(after.plan);
    if (bucket === null) return;
    if (old === null) {
      fillBucket(bucket, after.words, after.word, nowMs);
      return;
    }
    const stored = storedTicks(old, Atomics.load(before.words, before.word), ticksAt(old, nowMs));
    const share = Math.max(0, Math.min(1, stored / old.capacityTicks));
    fillBucket(bucket, after.words, after.word, nowMs, share * bucket.maxPermits);
  },
  gauge(plan, words, word, nowMs) {
    const bucket = parametersOf(plan);
    if (bucket === null) return null;
    const stored = storedTicks(bucket, Atomics.load(words, word), ticksAt(bucket, nowMs));
    return { name: 'weft_limit_tokens', value: Math.max(0, Math.min(bucket.maxPermits, stored / bucket.tokenTicks)) };
  },
  refreshSlot(plan, words, word, nowMs) {
    const bucket = parametersOf(plan);
    if (bucket !== null) refreshBucket(bucket, words, word, nowMs);
  },
  instantiate: (program, services) => LimitRuleSet.build(program, services),
});
