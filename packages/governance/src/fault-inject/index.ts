import { faultDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { compileFaults } from './compile.ts';
import { FAULT_LOG, startFault } from './entry.ts';
import { FaultRuleSet } from './filter.ts';

export { checkFaultBody } from './body.ts';
export { fromFaultDocument, toFaultDocument, toWireFaultRules } from './convert.ts';
export type { FaultProgram } from './program.ts';

/** Fault injection. */
export const faultInject = defineGovernanceRule({
  name: 'fault-inject',
  type: 'FAULT_INJECT',
  schema: faultDocumentSchema,
  list: 'faultInjectRules',
  order: { SERVER: 6, CLIENT: 4 },
  logs: [FAULT_LOG],
  detailLog: FAULT_LOG,
  compile: compileFaults,
  initSlot: (_plan, words, word, nowMs) => startFault(words, word, nowMs),
  instantiate: (program, services) => FaultRuleSet.build(program, services),
});
