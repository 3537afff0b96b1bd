import { ALL_APPS, DataIdError, parseDrmDataId } from '@weft/schema/data-id';
import type { MappingDocument } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode } from '@weft/sdk';
import { checkScope, type RuleProblem, reporter, whyIdle } from '../common/index.ts';
import type { MappingEntryProgram, MappingProgram } from './program.ts';

/**
 * Compiles all documents of mappings; pure. What only transcoders can judge (paths, Java types) is judged by those that are
 * to use a mapping.
 */
export function compileMappings(
  documents: readonly RuleDocument<MappingDocument>[],
  node: RuleNode,
): CompiledRules<MappingProgram> {
  const problems: RuleProblem[] = [];
  const entries = new Map<string, MappingEntryProgram>();
  const services = new Map<string, string>();
  // Those of the app itself stand before those of every app.
  for (const { dataId, version, value } of [...documents].sort((a, b) => rank(a.dataId) - rank(b.dataId))) {
    const own = new Set<string>();
    for (const [index, rule] of value.mappingRules.entries()) {
      const report = reporter(problems, dataId, `mappingRules[${index}]`);
      checkScope(rule.scope, report);
      const { ruleDbId, name, ruleVersion, mapping } = rule;
      if (name === '') report('name', JSON.stringify(name), 'a mapping without a name', 'a name for `mapping_refs`');
      if (whyIdle(value.enabled, rule, node) !== '') continue;
      if (own.has(name)) report('name', JSON.stringify(name), 'another mapping has this name', 'one mapping of a name');
      own.add(name);
      const service = JSON.stringify([mapping.service, mapping.version, mapping.group]);
      const other = services.get(`${dataId}\n${service}`);
      if (other !== undefined)
        report(
          'mapping.service',
          JSON.stringify(mapping.service),
          `mapping ${other} is for the same service, version and group`,
          'one mapping for each that is on',
        );
      services.set(`${dataId}\n${service}`, name);
      if (!entries.has(name)) entries.set(name, { ruleDbId, name, dataId, version, ruleVersion, mapping });
    }
  }
  const program = { entries: [...entries.values()] };
  return { program, slots: [], active: program.entries.length, problems, warnings: [] };
}

function rank(dataId: string): number {
  try {
    return parseDrmDataId(dataId).app === ALL_APPS ? 1 : 0;
  } catch (error) {
    // Checks and simulations name no document.
    if (error instanceof DataIdError) return 0;
    throw error;
  }
}
