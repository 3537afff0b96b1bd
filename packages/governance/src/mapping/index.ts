import { mappingDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { compileMappings } from './compile.ts';
import { MappingRuleSet } from './filter.ts';

export { checkMappingBody } from './body.ts';
export { fromMappingDocument, toMappingDocument } from './convert.ts';
export type { MappingProgram } from './program.ts';

/** Mappings of conversion: what transcoders are configured with, in place of files. */
export const mapping = defineGovernanceRule({
  name: 'mapping',
  type: 'MAPPING',
  schema: mappingDocumentSchema,
  list: 'mappingRules',
  order: { SERVER: 0, CLIENT: 0 },
  logs: [],
  detailLog: '',
  compile: compileMappings,
  mappings: ({ entries }) =>
    entries.map(({ ruleDbId, name, dataId, version, ruleVersion, mapping }) => ({
      name,
      ruleDbId,
      dataId,
      version,
      ruleVersion,
      document: { name, ...mapping },
    })),
  initSlot: () => {},
  // biome-ignore lint/correctness/useYield: there is nothing to build.
  *instantiate() {
    return new MappingRuleSet();
  },
});
