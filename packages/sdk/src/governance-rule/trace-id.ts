import type { RuleRequest } from './rule-request.ts';

/** The whole value is the id. */
const HTTP_NAMES = ['sofa-traceid', 'x-b3-traceid', 'tri-trace-traceid'] as const;
const RPC_NAMES = ['rpc_trace_context.sofaTraceId', 'sofaTraceId', 'SOFA-TraceId', 'X-B3-TraceId'] as const;
/** `tcid=<id>&spid=…`: a span of SOFATracer in one text. */
const SOFA_SPANS = ['new_rpc_trace_context', 'dubbo.rpc.sofa.tracer'] as const;

/** The id of the trace that a request belongs to, whoever traces: SOFATracer, B3 or W3C; `-` when it has none. */
export function traceIdOf(request: Pick<RuleRequest, 'isHttp' | 'header'>): string {
  for (const name of request.isHttp ? HTTP_NAMES : RPC_NAMES) {
    const id = request.header(name);
    if (id !== '') return id;
  }
  if (!request.isHttp) {
    for (const name of SOFA_SPANS) {
      const id = /(?:^|&)tcid=([^&]+)/.exec(request.header(name))?.[1];
      if (id !== undefined) return id;
    }
  }
  // `traceparent`: version, trace id, parent, flags.
  const w3c = request.header('traceparent').split('-')[1];
  if (w3c !== undefined && w3c !== '') return w3c;
  // `b3`: trace id, span, sampled, parent; `0` alone is a decision without a trace.
  const [b3 = '', span] = request.header('b3').split('-');
  return span === undefined ? '-' : b3;
}
