import { mirrorDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { compileMirrors } from './compile.ts';
import { MIRROR_LOG, MirrorRuleSet } from './filter.ts';

export { checkMirrorBody } from './body.ts';
export { fromMirrorDocument, toMirrorDocument, toWireMirrorRules } from './convert.ts';
export type { MirrorProgram } from './program.ts';

/** Mirroring: copies of requests go elsewhere. */
export const mirror = defineGovernanceRule({
  name: 'mirror',
  type: 'MIRROR',
  schema: mirrorDocumentSchema,
  list: 'mirrorRules',
  order: { SERVER: 7, CLIENT: 6 },
  logs: [MIRROR_LOG],
  detailLog: MIRROR_LOG,
  compile: compileMirrors,
  initSlot: () => {},
  instantiate: (program, services) => MirrorRuleSet.build(program, services),
});
