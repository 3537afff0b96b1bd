import { isolateDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { compileIsolations } from './compile.ts';
import { IsolateControl } from './control.ts';
import { IsolateRuleSet, TOLERANCE_LOG } from './filter.ts';

export { checkIsolateBody } from './body.ts';
export { fromIsolateDocument, toIsolateDocument, toWireIsolateRules } from './convert.ts';
export type { IsolateProgram } from './program.ts';

/** Fault isolation: single instances that fail are left out for a while. */
export const isolate = defineGovernanceRule({
  name: 'isolate',
  type: 'ISOLATE',
  schema: isolateDocumentSchema,
  list: 'faultToleranceRules',
  order: { SERVER: 5, CLIENT: 7 },
  logs: [TOLERANCE_LOG],
  detailLog: TOLERANCE_LOG,
  compile: compileIsolations,
  initSlot(_plan, words, word) {
    words[word] = 0;
  },
  gauge: (_plan, words, word) => ({ name: 'weft_isolated_hosts', value: Atomics.load(words, word) }),
  createControl: (services) => new IsolateControl(services),
  instantiate: (program, services) => IsolateRuleSet.build(program, services),
});
