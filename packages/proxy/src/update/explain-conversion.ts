import type { BoundTranscoder, PlainRequestHead, StreamContext, StreamFilterDefinition } from '@weft/sdk';
import type { ExtensionCatalog } from './catalog.ts';
import type { ListenerSpec } from './compile-listener.ts';
import { bindTranscoder } from './instantiate.ts';

/**
 * The transcoder that would take the request, from the filters that choose it; null when it would go out as it came.
 * Filters without transcoders are not run.
 */
export async function explainConversion(
  listener: ListenerSpec,
  request: PlainRequestHead,
  catalog: ExtensionCatalog,
): Promise<BoundTranscoder | null> {
  let chosen: BoundTranscoder | null = null;
  const context = {
    request,
    response: null,
    attempt: 0,
    clusterName: '',
    routeName: '',
    hostAddress: '',
    remoteAddress: '',
    listenerName: listener.name,
    routeConfig: () => undefined,
    getVariable: () => undefined,
    transcode(bound: BoundTranscoder) {
      if (bound.from !== request.family || !bound.transcoder.accept(request)) return false;
      chosen = bound;
      return true;
    },
  } as Partial<StreamContext> as StreamContext;
  for (const use of listener.filters) {
    if (use.transcoders.length === 0) continue;
    for (const { name } of use.transcoders.flat()) await catalog.load('transcoder', name);
    const definition = (await catalog.load('stream-filter', use.name)) as unknown as StreamFilterDefinition<unknown>;
    const transcoders = use.transcoders.map((list) => list.map((item) => bindTranscoder(item, catalog)));
    const filter = definition.create(use.config, transcoders)();
    filter?.beforeRoute?.(context);
    filter?.afterRoute?.(context);
    filter?.afterChooseHost?.(context);
  }
  return chosen;
}
