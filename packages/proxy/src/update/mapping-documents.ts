import { ConfigError, MeshError } from '@weft/kit';
import { readDocument } from '@weft/schema';
import type { GovernanceRule, SuppliedMapping, TranscoderUse } from '@weft/sdk';
import type { Rules } from '../governance/index.ts';
import { type CompileNotes, configError } from './extension-config.ts';
import type { MappingOrigin } from './program.ts';

/** What the transcoders of one use are configured with. */
export interface MappingDocuments {
  readonly config: unknown;
  /** Of each entry of `mappings`, in their order. */
  readonly origins: readonly MappingOrigin[];
  /** None of those that it refers to is there, and nothing in their place: calls have to wait for one. */
  readonly waiting: boolean;
}

/** Every mapping that the rules in force bring. */
export function suppliedBy(rules: Pick<Rules, 'compiled'>): readonly SuppliedMapping[] {
  return rules.compiled().flatMap(({ rule, program }) => mappingsOf(rule, program));
}

export function mappingsOf(rule: GovernanceRule, program: unknown): readonly SuppliedMapping[] {
  return rule.mappings?.(program) ?? [];
}

interface Entry {
  readonly document: unknown;
  readonly origin: MappingOrigin;
}

/**
 * Gathers the documents of a use: those of its configuration, those of its files, and those that it refers to, which take
 * the place of others with their name or for their service.
 * @throws ConfigError for a file that cannot be read
 */
export async function mappingDocuments(
  use: TranscoderUse,
  place: string,
  supplied: readonly SuppliedMapping[],
  notes: CompileNotes,
): Promise<MappingDocuments> {
  const { config, documents: files, refs } = use;
  if (files.length === 0 && refs.length === 0)
    return { config, origins: inlineOf(config).map(({ origin }) => origin), waiting: false };
  const own = [...inlineOf(config), ...(await readFiles(files, place))];
  const referred = refs.length === 0 ? [] : referredTo(refs, place, supplied, notes);
  const entries = merge(own, referred);
  return {
    config: { ...(config as object), mappings: entries.map(({ document }) => document) },
    origins: entries.map(({ origin }) => origin),
    waiting: refs.length > 0 && entries.length === 0,
  };
}

function inlineOf(config: unknown): Entry[] {
  const { mappings } = (config ?? {}) as { readonly mappings?: unknown };
  if (!Array.isArray(mappings)) return [];
  return mappings.map((document: unknown, index) => ({
    document,
    origin: { from: 'configuration', name: nameOf(document), index },
  }));
}

async function readFiles(files: readonly string[], place: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [index, file] of files.entries()) {
    try {
      const document = await readDocument(file);
      entries.push({ document, origin: { from: 'file', name: nameOf(document), file, index } });
    } catch (error) {
      // Where in the file is said by the error itself.
      if (!(error instanceof MeshError) || error instanceof ConfigError) throw error;
      throw configError(`${place}.mapping_files[${index}]`, file, 'a file that can be read', error.message);
    }
  }
  return entries;
}

function referredTo(
  refs: readonly string[],
  place: string,
  supplied: readonly SuppliedMapping[],
  notes: CompileNotes,
): Entry[] {
  const all = refs.includes('*');
  for (const [index, ref] of refs.entries())
    if (ref !== '*' && !supplied.some(({ name }) => name === ref))
      notes.warn({
        file: '',
        path: `${place}.mapping_refs[${index}]`,
        value: JSON.stringify(ref),
        message: 'this mapping has not come yet',
        expected: 'a mapping of this name that is on at the control plane, for the app of this proxy or for every app',
      });
  return supplied
    .filter(({ name }) => all || refs.includes(name))
    .map(({ name, ruleDbId, dataId, version, ruleVersion, document }) => ({
      document,
      origin: { from: 'rule', name, ruleDbId, dataId, version, ruleVersion },
    }));
}

/** The same service once: of those referred to the first, which are for this app before those for every one. */
function merge(own: readonly Entry[], referred: readonly Entry[]): readonly Entry[] {
  const taken = new Map<string, Entry>();
  for (const entry of referred) if (!taken.has(serviceOf(entry.document))) taken.set(serviceOf(entry.document), entry);
  const names = new Map([...taken.values()].map((entry) => [entry.origin.name, entry]));
  const replaced = new Map<Entry, string>();
  const kept = own.filter((entry) => {
    const by = names.get(entry.origin.name) ?? taken.get(serviceOf(entry.document));
    if (by !== undefined) replaced.set(by, describeOrigin(entry.origin));
    return by === undefined;
  });
  return [
    ...kept,
    ...[...taken.values()].map((entry) => {
      const instead = replaced.get(entry);
      return instead === undefined ? entry : { ...entry, origin: { ...entry.origin, instead } as MappingOrigin };
    }),
  ];
}

function nameOf(document: unknown): string {
  const { name } = (document ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : '';
}

/** Which calls a document is for, as text. */
function serviceOf(document: unknown): string {
  const { service, version, group } = (document ?? {}) as Readonly<Record<string, unknown>>;
  return JSON.stringify([service, version || '', group || '']);
}

/** Such as `mapping users-v3 of the control plane (rule 12 in version 3, version 7 of its document)`. */
export function describeOrigin(origin: MappingOrigin): string {
  const { name, from } = origin;
  const named = name === '' ? 'a mapping' : `mapping ${name}`;
  switch (from) {
    case 'configuration':
      return `${named} of the configuration (mappings[${origin.index}])`;
    case 'file':
      return `${named} of the file ${origin.file}`;
    case 'rule': {
      const { ruleDbId, version, ruleVersion, instead } = origin;
      const rule = ruleVersion === 0 ? `rule ${ruleDbId}` : `rule ${ruleDbId} in version ${ruleVersion}`;
      const of = `${named} of the control plane (${rule}, version ${version} of its document)`;
      return instead === undefined ? of : `${of} in place of ${instead}`;
    }
  }
}
