import type { MappingSpec } from '@weft/schema/wire';

/** One mapping in force, as plain data. */
export interface MappingEntryProgram {
  readonly ruleDbId: number;
  readonly name: string;
  readonly dataId: string;
  readonly version: number;
  /** Of the rule; 0 where the document does not say it. */
  readonly ruleVersion: number;
  readonly mapping: MappingSpec;
}

export interface MappingProgram {
  readonly entries: readonly MappingEntryProgram[];
}
