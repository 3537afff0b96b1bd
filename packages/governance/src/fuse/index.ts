import { fuseDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { BLOCK_LOG, FLOW_DETAIL_LOG, shownDocument } from '../common/index.ts';
import { BREAKER_CELLS, BREAKER_WORDS, breakerState, carryBreaker, closeBreaker, refreshBreaker } from './algorithm.ts';
import { compileFuses } from './compile.ts';
import { FUSE_LOG } from './entry.ts';
import { FuseRuleSet } from './filter.ts';

export { checkFuseBody } from './body.ts';
export { fromFuseDocument, toFuseDocument, toWireFuseRules } from './convert.ts';
export type { FuseProgram } from './program.ts';

/** Circuit breaking. */
export const fuse = defineGovernanceRule({
  name: 'fuse',
  type: 'FUSE',
  schema: fuseDocumentSchema,
  list: 'fuseRules',
  order: { SERVER: 4, CLIENT: 3 },
  logs: [BLOCK_LOG, FLOW_DETAIL_LOG, FUSE_LOG],
  detailLog: FLOW_DETAIL_LOG,
  slotWords: BREAKER_WORDS,
  slotCells: BREAKER_CELLS,
  compile: compileFuses,
  initSlot: (_plan, words, word) => closeBreaker(words, word),
  carrySlot(before, after, nowMs) {
    // What was counted fits as long as it is the same thing in the same window.
    const [trigger, windowMs] = before.plan.parameters;
    const keep = trigger === after.plan.parameters[0] && windowMs === after.plan.parameters[1];
    carryBreaker(before, after, keep, nowMs);
  },
  gauge: (_plan, words, word) => ({ name: 'weft_fuse_state', value: breakerState(words, word) }),
  gaugeEvents: ['fuse.close', 'fuse.half', 'fuse.open'],
  pushLines: (dataId, text) => [
    { file: FUSE_LOG, level: 'INFO', text: `[fuse] receive drm resource push ${dataId}=${shownDocument(text)}` },
  ],
  refreshSlot: (_plan, words, word, nowMs) => refreshBreaker(words, word, nowMs),
  instantiate: (program, services) => FuseRuleSet.build(program, services),
});
