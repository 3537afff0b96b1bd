import {
  type BoundTranscoder,
  CONVERTED_HEADER,
  type HostProtocol,
  type LocalReply,
  type PlainRequestHead,
  type RequestHead,
  type StreamContext,
} from '@weft/sdk';
import type { ExtensionCatalog } from './catalog.ts';
import type { ListenerSpec } from './compile-listener.ts';
import { bindTranscoder } from './instantiate.ts';
import type { MappingOrigin, TranscoderProgram } from './program.ts';

/** What becomes of the protocol of a request. */
export interface ExplainedConversion {
  /** The transcoder that would take it; null when it would go out as it came. */
  readonly transcoder: BoundTranscoder | null;
  /** Where the mapping came from that it would be converted by; null where none is needed. */
  readonly mapping: MappingOrigin | null;
  /** The head that it would become; null where that is not known without its messages, and where none takes it. */
  readonly head: RequestHead | null;
  /** What the filter would answer where none takes what was to be converted, or the one that does refuses it; null where neither is so. */
  readonly refusal: { readonly status: number; readonly body: string } | null;
}

/**
 * The transcoder that would take the request on a route to hosts of `hostProtocol` (null: it does not say), from the filters that choose it.
 * Filters without transcoders are not run.
 */
export async function explainConversion(
  listener: ListenerSpec,
  request: PlainRequestHead,
  hostProtocol: HostProtocol | null,
  catalog: ExtensionCatalog,
): Promise<ExplainedConversion> {
  let chosen: BoundTranscoder | null = null;
  const programs = new Map<BoundTranscoder, TranscoderProgram>();
  let refusal: ExplainedConversion['refusal'] = null;
  const context = {
    request,
    response: null,
    attempt: 0,
    // Only what is forwarded is asked about here.
    clusterName: 'any',
    routeName: '',
    hostProtocol,
    hostAddress: '',
    remoteAddress: '',
    listenerName: listener.name,
    routeConfig: () => undefined,
    getVariable: () => undefined,
    transcode(bound: BoundTranscoder) {
      if (
        bound.from !== request.family ||
        request.get(CONVERTED_HEADER) !== undefined ||
        !bound.transcoder.accept(request)
      )
        return false;
      chosen = bound;
      return true;
    },
    get transcoder() {
      return chosen;
    },
    addFlag: () => {},
    reply({ status, body = '' }: LocalReply) {
      refusal ??= { status, body: body.toString() };
    },
  } as Partial<StreamContext> as StreamContext;
  for (const use of listener.filters) {
    if (use.transcoders.length === 0) continue;
    for (const { name } of use.transcoders.flat()) await catalog.load('transcoder', name);
    const definition = await catalog.load('stream-filter', use.name);
    const transcoders = use.transcoders.map((list) =>
      list.map((item) => {
        const bound = bindTranscoder(item, catalog);
        programs.set(bound, item);
        return bound;
      }),
    );
    const filter = definition.create(use.config, transcoders)();
    filter?.beforeRoute?.(context);
    filter?.afterRoute?.(context);
    filter?.afterChooseHost?.(context);
  }
  refusal ??= refusalOf(chosen, request);
  return { transcoder: chosen, mapping: mappingOf(chosen, programs, request), head: headOf(chosen, request), refusal };
}

/** What a caller is told whose call the transcoder takes, and then refuses. */
function refusalOf(bound: BoundTranscoder | null, request: PlainRequestHead): ExplainedConversion['refusal'] {
  const refusal = bound?.transcoder.refusalOf?.(request) ?? null;
  return refusal === null ? null : { status: refusal.status || 400, body: `transcode_request: ${refusal.message}` };
}

function headOf(bound: BoundTranscoder | null, request: PlainRequestHead): RequestHead | null {
  if (bound === null) return null;
  const { protocol, maxBodyBytes } = bound;
  const call = { callerProtocol: request.protocol, protocol, remainingMs: 0, clusterName: '', maxBodyBytes };
  return bound.transcoder.convertedHead?.(request, call) ?? null;
}

function mappingOf(
  bound: BoundTranscoder | null,
  programs: ReadonlyMap<BoundTranscoder, TranscoderProgram>,
  request: PlainRequestHead,
): MappingOrigin | null {
  if (bound === null) return null;
  return programs.get(bound)?.origins[bound.transcoder.mappingOf?.(request) ?? -1] ?? null;
}
