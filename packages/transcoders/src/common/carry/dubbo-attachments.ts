import type { HeaderMap, PlainHeaders } from '@weft/sdk';
import {
  CALLER_APP,
  isCarried,
  isHttpField,
  percentDecode,
  percentEncode,
  SOFA_RPC_ID,
  SOFA_TRACE_ID,
} from './names.ts';
import { formatSofaTraceContext, parseSofaTraceContext } from './sofa-tracer.ts';

/** Attachments that say what is called and how: they have places of their own, or mean something to Dubbo only. */
const OWN: ReadonlySet<string> = new Set([
  'async',
  'dubbo',
  'generic',
  'group',
  'input',
  'interface',
  'method',
  'output',
  'path',
  'service',
  'side',
  'timeout',
  'token',
  'version',
  'x-weft-converted',
]);
const PREFIX = 'x-dubbo-att-';
const TRACER = 'dubbo.rpc.sofa.tracer';
const REMOTE_APPLICATION = 'remote.application';

/** Adds the attachments of a call to the headers of the HTTP request that it becomes. */
export function attachmentsToHttp(attachments: ReadonlyMap<string, string>, out: PlainHeaders): void {
  for (const [name, value] of attachments) {
    const lower = name.toLowerCase();
    if (OWN.has(lower)) continue;
    if (lower === TRACER) {
      const context = parseSofaTraceContext(value);
      if (context !== null) {
        out.set(SOFA_TRACE_ID, context.traceId);
        out.set(SOFA_RPC_ID, context.rpcId);
      }
      continue;
    }
    if (lower === REMOTE_APPLICATION) {
      if (out.get(CALLER_APP) === undefined && isHttpField(CALLER_APP, value)) out.set(CALLER_APP, value);
      continue;
    }
    if (isCarried(lower)) {
      if (isHttpField(lower, value)) out.set(lower, value);
      continue;
    }
    const header = PREFIX + lower;
    const encoded = percentEncode(value);
    if (isHttpField(header, encoded)) out.set(header, encoded);
  }
}

/** Adds to a Dubbo call what the headers of an HTTP request have for it. */
export function httpToAttachments(headers: HeaderMap, out: PlainHeaders): void {
  headers.forEach((name, value) => {
    if (isCarried(name)) out.set(name, value);
    else if (name.startsWith(PREFIX) && !OWN.has(name.slice(PREFIX.length)))
      out.set(name.slice(PREFIX.length), percentDecode(value));
  });
  const app = headers.get(CALLER_APP);
  if (app !== undefined) out.set(REMOTE_APPLICATION, app);
  const traceId = headers.get(SOFA_TRACE_ID);
  if (traceId !== undefined)
    out.set(TRACER, formatSofaTraceContext({ traceId, rpcId: headers.get(SOFA_RPC_ID) ?? '0', baggage: [] }));
}
