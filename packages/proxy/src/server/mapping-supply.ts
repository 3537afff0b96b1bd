import { ConfigError, type ConfigProblem } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import type { GovernanceRule, SuppliedMapping } from '@weft/sdk';
import type { Rules } from '../governance/index.ts';
import {
  CompileNotes,
  compileTranscoders,
  type ExtensionCatalog,
  mappingsOf,
  parseExtensionConfig,
  suppliedBy,
} from '../update/index.ts';

const PLACE = /^.*?\.mapping_refs\(([^)]*)\)\.?/;

/** The mappings that rules bring to the transcoders of the listeners. */
export class MappingSupply {
  readonly #catalog: ExtensionCatalog;
  #current: readonly SuppliedMapping[] = [];

  constructor(catalog: ExtensionCatalog) {
    this.#catalog = catalog;
  }

  /** Those of the rules in force, for a configuration that is compiled now. The same object while they are the same. */
  take(rules: Pick<Rules, 'compiled'>): readonly SuppliedMapping[] {
    const supplied = suppliedBy(rules);
    if (JSON.stringify(supplied) !== JSON.stringify(this.#current)) this.#current = supplied;
    return this.#current;
  }

  /** Whether the rules in force bring others than those that were taken last. */
  isBehind(rules: Pick<Rules, 'compiled'>): boolean {
    return JSON.stringify(suppliedBy(rules)) !== JSON.stringify(this.#current);
  }

  /** What the transcoders of a configuration find wrong with the mappings of a program, with places within the mapping. */
  async check(config: MosnConfig, rule: GovernanceRule, program: unknown): Promise<readonly ConfigProblem[]> {
    const supplied = mappingsOf(rule, program);
    if (supplied.length === 0) return [];
    const problems: ConfigProblem[] = [];
    for (const listener of config.servers[0]?.listeners ?? []) {
      for (const filter of listener.stream_filters) {
        if (!this.#catalog.has('stream-filter', filter.type)) continue;
        const definition = await this.#catalog.load('stream-filter', filter.type);
        if (definition.transcoders === undefined) continue;
        const notes = new CompileNotes();
        try {
          const parsed = parseExtensionConfig(filter.config, definition.schema, '', notes);
          await compileTranscoders(definition, parsed, '', this.#catalog, notes, new Set(), supplied);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          problems.push(...error.problems.flatMap((problem) => ofMapping(problem, listener.name)));
        }
      }
    }
    return problems;
  }
}

/** Only what a mapping is to blame for; the rest was found when the configuration was compiled. */
function ofMapping(problem: ConfigProblem, listener: string): ConfigProblem[] {
  const place = PLACE.exec(problem.path);
  if (place === null) return [];
  const path = `${place[1]}: ${problem.path.slice(place[0].length)}`;
  return [{ ...problem, path, message: `${problem.message} (asked for by listener ${listener})` }];
}
