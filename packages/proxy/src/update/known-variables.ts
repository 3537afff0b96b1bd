import type { ListenerConfig } from '@weft/schema';
import { resolveVariable } from '../exchange/index.ts';
import type { ExtensionCatalog } from './catalog.ts';

/** Whether a configuration may name a variable: it is predefined, or a stream filter in use declares it. */
export async function knownVariables(
  listeners: readonly ListenerConfig[],
  catalog: ExtensionCatalog,
): Promise<(name: string) => boolean> {
  const declared = new Set<string>();
  for (const { stream_filters } of listeners) {
    for (const { type } of stream_filters) {
      if (!catalog.has('stream-filter', type)) continue;
      for (const name of (await catalog.load('stream-filter', type)).variables ?? []) declared.add(name);
    }
  }
  return (name) => resolveVariable(name) !== undefined || declared.has(name);
}
