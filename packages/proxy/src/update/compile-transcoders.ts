import { ConfigError, type ConfigProblem } from '@weft/kit';
import type { StreamFilterDefinition, SuppliedMapping, TranscoderDefinition, TranscoderUse } from '@weft/sdk';
import type { ExtensionCatalog } from './catalog.ts';
import { below, type CompileNotes, configError, parseExtensionConfig, unknownName } from './extension-config.ts';
import { mappingDocuments } from './mapping-documents.ts';
import type { MappingOrigin, TranscoderProgram } from './program.ts';

/**
 * The transcoders that a filter names, with their configuration validated: a list for each use.
 * @param callers families of the protocols of the listener; empty where they are not known
 * @param supplied mappings that rules bring, for those that refer to them
 * @throws ConfigError for a name, a protocol or a pair of them that does not exist, or is for other callers
 */
export async function compileTranscoders(
  filter: StreamFilterDefinition,
  config: unknown,
  path: string,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
  callers: ReadonlySet<string>,
  supplied: readonly SuppliedMapping[] = [],
): Promise<TranscoderProgram[][]> {
  const named = filter.transcoders?.(config);
  if (named === undefined) return [];
  const lists: TranscoderProgram[][] = [];
  for (const use of named.uses) {
    const place = use.path === '' ? path : `${path}.${use.path}`;
    const family = await familyOf(use, place, catalog);
    const list: TranscoderProgram[] = [];
    const { config, origins, waiting } = await mappingDocuments(use, place, supplied, notes);
    const definitions = await chosen(use, family, place, catalog);
    checkCallers(use, definitions, callers, place);
    for (const definition of definitions) {
      const parsed = placed(origins, place, () => {
        const value = parseExtensionConfig(config, definition.schema, `${place}.config`, notes);
        below(`${place}.config`, () => definition.create(value));
        return value;
      });
      list.push({
        name: definition.name,
        config: parsed,
        protocol: use.protocol === '' ? definition.protocol : use.protocol,
        maxBodyBytes: named.maxBodyBytes,
        origins,
        waiting,
      });
    }
    lists.push(list);
  }
  return lists;
}

/** A transcoder for callers that never come is one of the other direction, as a rule. */
function checkCallers(
  { name, protocol }: TranscoderUse,
  definitions: readonly TranscoderDefinition[],
  callers: ReadonlySet<string>,
  place: string,
): void {
  if (callers.size === 0 || definitions.some(({ from }) => callers.has(from))) return;
  const from = [...new Set(definitions.map((definition) => definition.from))].join(', ');
  throw configError(
    `${place}.${name === '' ? 'upstream_protocol' : 'type'}`,
    name === '' ? protocol : name,
    `a transcoder for callers of the family ${[...callers].join(', ')}, as those of this listener are`,
    `it is for callers of the family ${from}`,
  );
}

/** Problems of a document that is not in the configuration itself are told with where it came from. */
function placed<T>(origins: readonly MappingOrigin[], place: string, run: () => T): T {
  const prefix = `${place}.config.mappings[`;
  const locate = (problem: ConfigProblem): ConfigProblem => {
    if (!problem.path.startsWith(prefix)) return problem;
    const end = problem.path.indexOf(']', prefix.length);
    const origin = origins[Number(problem.path.slice(prefix.length, end))];
    const within = problem.path.slice(end + 1);
    switch (origin?.from) {
      case 'file':
        return { ...problem, path: `${place}.mapping_files[${origin.index}](${origin.file})${within}` };
      case 'rule':
        return { ...problem, path: `${place}.mapping_refs(${origin.name})${within}` };
      default:
        return problem;
    }
  };
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map(locate), error.warnings.map(locate));
  }
}

/** Family of the protocol that calls are to go out with; '' where none is named. */
async function familyOf({ protocol }: TranscoderUse, place: string, catalog: ExtensionCatalog): Promise<string> {
  if (protocol === '') return '';
  if (!catalog.has('protocol', protocol))
    throw unknownName(`${place}.upstream_protocol`, protocol, catalog.names('protocol'), 'protocol');
  return (await catalog.load('protocol', protocol)).family;
}

async function chosen(
  { name, protocol }: TranscoderUse,
  family: string,
  place: string,
  catalog: ExtensionCatalog,
): Promise<TranscoderDefinition[]> {
  if (name === '') {
    const all: TranscoderDefinition[] = [];
    for (const known of catalog.names('transcoder')) {
      const definition = await catalog.load('transcoder', known);
      const { protocols = [definition.protocol] } = definition;
      const fits = protocols.some((item) => item.toLowerCase() === protocol.toLowerCase());
      if (fits && !all.includes(definition)) all.push(definition);
    }
    if (all.length === 0)
      throw configError(
        `${place}.upstream_protocol`,
        protocol,
        'a protocol that a transcoder converts to, or the name of a transcoder as `type`',
        'nothing converts to this protocol',
      );
    return all;
  }
  if (!catalog.has('transcoder', name))
    throw unknownName(`${place}.type`, name, catalog.names('transcoder'), 'transcoder');
  const definition = await catalog.load('transcoder', name);
  if (family !== '' && family !== definition.to)
    throw configError(
      `${place}.upstream_protocol`,
      protocol,
      `a protocol of the family ${definition.to}`,
      `${definition.name} does not convert to this protocol`,
    );
  return [definition];
}
