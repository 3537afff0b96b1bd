import { ConfigError, type ConfigProblem, MeshError } from '@weft/kit';
import { readDocument } from '@weft/schema';
import type { StreamFilterDefinition, TranscoderDefinition, TranscoderUse } from '@weft/sdk';
import type { ExtensionCatalog } from './catalog.ts';
import { below, type CompileNotes, configError, parseExtensionConfig, unknownName } from './extension-config.ts';
import type { TranscoderProgram } from './program.ts';

/**
 * The transcoders that a filter names, with their configuration validated: a list for each use.
 * @param callers families of the protocols of the listener; empty where they are not known
 * @throws ConfigError for a name, a protocol or a pair of them that does not exist, or is for other callers
 */
export async function compileTranscoders(
  filter: StreamFilterDefinition<never>,
  config: unknown,
  path: string,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
  callers: ReadonlySet<string>,
): Promise<TranscoderProgram[][]> {
  const named = filter.transcoders?.(config as never);
  if (named === undefined) return [];
  const lists: TranscoderProgram[][] = [];
  for (const use of named.uses) {
    const place = use.path === '' ? path : `${path}.${use.path}`;
    const family = await familyOf(use, place, catalog);
    const list: TranscoderProgram[] = [];
    const config = await withDocuments(use, place);
    const definitions = await chosen(use, family, place, catalog);
    checkCallers(use, definitions, callers, place);
    for (const definition of definitions) {
      const parsed = placed(use, place, () => {
        const value = parseExtensionConfig(config, definition.schema, `${place}.config`, notes);
        below(`${place}.config`, () => definition.create(value as never));
        return value;
      });
      list.push({
        name: definition.name,
        config: parsed,
        protocol: use.protocol === '' ? definition.protocol : use.protocol,
        maxBodyBytes: named.maxBodyBytes,
      });
    }
    lists.push(list);
  }
  return lists;
}

/** A transcoder for callers that never come is one of the other direction, as a rule. */
function checkCallers(
  { name, protocol }: TranscoderUse,
  definitions: readonly TranscoderDefinition<never>[],
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

type Documents = Readonly<Record<string, unknown>> & { readonly mappings?: readonly unknown[] };

/** The configuration with the documents of its files. */
async function withDocuments({ config, documents }: TranscoderUse, place: string): Promise<unknown> {
  if (documents.length === 0) return config;
  const own = config as Documents;
  const read: unknown[] = [];
  for (const [index, file] of documents.entries()) {
    try {
      read.push(await readDocument(file));
    } catch (error) {
      // Where in the file is said by the error itself.
      if (!(error instanceof MeshError) || error instanceof ConfigError) throw error;
      throw configError(`${place}.mapping_files[${index}]`, file, 'a file that can be read', error.message);
    }
  }
  return { ...own, mappings: [...(own.mappings ?? []), ...read] };
}

/** Problems of a document that came from a file are told with the file. */
function placed<T>({ config, documents }: TranscoderUse, place: string, run: () => T): T {
  const inline = (config as Documents).mappings?.length ?? 0;
  const prefix = `${place}.config.mappings[`;
  const locate = (problem: ConfigProblem): ConfigProblem => {
    if (!problem.path.startsWith(prefix)) return problem;
    const end = problem.path.indexOf(']', prefix.length);
    const index = Number(problem.path.slice(prefix.length, end)) - inline;
    const file = documents[index];
    if (file === undefined) return problem;
    return { ...problem, path: `${place}.mapping_files[${index}](${file})${problem.path.slice(end + 1)}` };
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
): Promise<TranscoderDefinition<never>[]> {
  if (name === '') {
    const all: TranscoderDefinition<never>[] = [];
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
