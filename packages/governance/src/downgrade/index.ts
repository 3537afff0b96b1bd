import { downgradeDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { shownDocument } from '../common/index.ts';
import { compileDowngrades } from './compile.ts';
import { DOWNGRADE_LOG, DowngradeRuleSet } from './filter.ts';

export { checkDowngradeBody } from './body.ts';
export { fromDowngradeDocument, toDowngradeDocument, toWireDowngradeRules } from './convert.ts';
export type { MessageWriter, WrittenMessages } from './messages.ts';
export type { DowngradeProgram } from './program.ts';

/** Degradation: an answer instead of a call. */
export const downgrade = defineGovernanceRule({
  name: 'downgrade',
  type: 'DOWNGRADE',
  schema: downgradeDocumentSchema,
  list: 'downgradeRules',
  order: { SERVER: 0, CLIENT: 1 },
  logs: [DOWNGRADE_LOG],
  detailLog: DOWNGRADE_LOG,
  compile: compileDowngrades,
  initSlot: () => {},
  pushLines: (dataId, text, { appName, enabled, downgradeRules }) =>
    [
      `[downgrade] receive drm resource push ${dataId}=${shownDocument(text)}`,
      `local downgrade rules: &{AppName:${appName} Enabled:${enabled} DowngradeRules:${shownDocument(JSON.stringify(downgradeRules))}}`,
    ].map((line) => ({ file: DOWNGRADE_LOG, level: 'INFO', text: line })),
  instantiate: (program, services) => DowngradeRuleSet.build(program, services),
});
