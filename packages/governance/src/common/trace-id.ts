import type { RuleRequest } from '@weft/sdk';

const HTTP_NAMES = ['sofa-traceid', 'x-b3-traceid'] as const;
const RPC_NAMES = ['rpc_trace_context.sofaTraceId', 'sofaTraceId'] as const;

/** The id of the trace that a request belongs to, as logs of rules print it; `-` when it has none. */
export function traceIdOf(request: RuleRequest): string {
  for (const name of request.isHttp ? HTTP_NAMES : RPC_NAMES) {
    const id = request.header(name);
    if (id !== '') return id;
  }
  // `traceparent`: version, trace id, parent, flags.
  return request.header('traceparent').split('-')[1] ?? '-';
}
