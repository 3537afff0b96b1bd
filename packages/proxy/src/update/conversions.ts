import { MeshError } from '@weft/kit';
import type { ListenerConfig, MosnConfig } from '@weft/schema';
import type { ExtensionCatalog } from './catalog.ts';
import { compileTranscoders } from './compile-transcoders.ts';
import { CompileNotes, parseExtensionConfig } from './extension-config.ts';

/** Protocols, in lower case, that the stream filters of listeners can convert calls to, by the name of the listener. */
export type Conversions = ReadonlyMap<string, ReadonlySet<string>>;

/** What cannot be used converts nothing; why not is said where the configuration is compiled. */
export async function conversionsOf({ servers }: MosnConfig, catalog: ExtensionCatalog): Promise<Conversions> {
  const conversions = new Map<string, ReadonlySet<string>>();
  for (const listener of servers[0]?.listeners ?? []) {
    const protocols = await protocolsOf(listener, catalog);
    if (protocols.size > 0) conversions.set(listener.name, protocols);
  }
  return conversions;
}

async function protocolsOf(
  { stream_filters: filters }: ListenerConfig,
  catalog: ExtensionCatalog,
): Promise<Set<string>> {
  const protocols = new Set<string>();
  const notes = new CompileNotes();
  for (const { type, config } of filters) {
    if (!catalog.has('stream-filter', type)) continue;
    const definition = await catalog.load('stream-filter', type);
    if (definition.transcoders === undefined) continue;
    try {
      const parsed = parseExtensionConfig(config, definition.schema, '', notes);
      const lists = await compileTranscoders(definition, parsed, '', catalog, notes, new Set());
      for (const { protocol } of lists.flat()) protocols.add(protocol.toLowerCase());
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
    }
  }
  return protocols;
}
