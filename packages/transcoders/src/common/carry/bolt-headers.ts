import type { HeaderMap, PlainHeaders } from '@weft/sdk';
import {
  BAGGAGE,
  CALLER_APP,
  CALLER_IP,
  CALLER_ZONE,
  isHttpField,
  percentDecode,
  percentEncode,
  SOFA_RPC_ID,
  SOFA_TRACE_ID,
  TIMEOUT,
} from './names.ts';
import { parseSofaTraceContext } from './sofa-tracer.ts';

export const BOLT_SERVICE = 'service';
export const BOLT_TARGET_SERVICE = 'sofa_head_target_service';
export const BOLT_METHOD = 'sofa_head_method_name';
export const BOLT_TARGET_APP = 'sofa_head_target_app';
export const HTTP_SERVICE = 'x-sofa-service';
export const HTTP_METHOD = 'x-sofa-method';
export const HTTP_TARGET_APP = 'x-sofa-target-app';

/** Names of one thing on both sides. */
const PAIRS: readonly (readonly [bolt: string, http: string])[] = [
  [BOLT_TARGET_APP, HTTP_TARGET_APP],
  ['rpc_trace_context.sofaTraceId', SOFA_TRACE_ID],
  ['rpc_trace_context.sofaRpcId', SOFA_RPC_ID],
  ['rpc_trace_context.sofaCallerApp', CALLER_APP],
  ['rpc_trace_context.sofaCallerZone', CALLER_ZONE],
  ['rpc_trace_context.sofaCallerIp', CALLER_IP],
];
const TO_HTTP: ReadonlyMap<string, string> = new Map(PAIRS);
const TO_BOLT: ReadonlyMap<string, string> = new Map(PAIRS.map(([bolt, http]) => [http, bolt]));
const SERIALIZED_TRACE = 'new_rpc_trace_context';
const SOFA_BAGGAGE = 'rpc_trace_context.sofaPenAttrs';
/** What is called and how: it has a place of its own on the other side, or none. */
const OWN: ReadonlySet<string> = new Set([
  BOLT_SERVICE,
  BOLT_TARGET_SERVICE,
  BOLT_METHOD,
  'protocol',
  'sofa_head_deadline_remain_time',
  'sofa_head_generic_type',
  'sofa_head_response_error',
  'type',
  'x-weft-converted',
]);
/** HTTP's own, beside what no protocol passes on. */
const HTTP_OWN: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-type',
  HTTP_METHOD,
  HTTP_SERVICE,
  TIMEOUT,
  'x-weft-converted',
]);

/** Adds the header map of a Bolt message to the headers of the HTTP message that it becomes. */
export function boltToHttp(bolt: HeaderMap, out: PlainHeaders): void {
  bolt.forEach((name, value) => {
    if (OWN.has(name)) return;
    if (name === SERIALIZED_TRACE) {
      serializedTrace(value, out);
      return;
    }
    if (name === SOFA_BAGGAGE) {
      if (value !== '') out.set(BAGGAGE, members(value, '&', true).join(','));
      return;
    }
    const header = TO_HTTP.get(name) ?? name.toLowerCase();
    if (header !== BAGGAGE || out.get(BAGGAGE) === undefined) {
      if (isHttpField(header, value) && !HTTP_OWN.has(header)) out.set(header, value);
    }
  });
}

/** Adds what an HTTP message has in its headers to the header map of the Bolt message that it becomes. */
export function httpToBolt(http: HeaderMap, out: PlainHeaders): void {
  http.forEach((name, value) => {
    if (HTTP_OWN.has(name) || OWN.has(name) || !isHttpField(name, '')) return;
    if (name === BAGGAGE) out.set(SOFA_BAGGAGE, members(value, ',', false).join('&'));
    out.set(TO_BOLT.get(name) ?? name, value);
  });
}

function serializedTrace(text: string, out: PlainHeaders): void {
  const context = parseSofaTraceContext(text);
  if (context === null) return;
  out.set(SOFA_TRACE_ID, context.traceId);
  out.set(SOFA_RPC_ID, context.rpcId);
  if (context.baggage.length > 0) out.set(BAGGAGE, members(context.baggage.join('&'), '&', true).join(','));
}

/** `name=value` of a list, values in percent form or not; properties of W3C's (behind a semicolon) are dropped. */
function members(text: string, separator: string, encode: boolean): string[] {
  const result: string[] = [];
  for (const part of text.split(separator)) {
    const member = (part.split(';')[0] as string).trim();
    const equals = member.indexOf('=');
    if (equals <= 0) continue;
    const name = member.slice(0, equals).trim();
    const value = percentDecode(member.slice(equals + 1).trim());
    // What would end the member on the other side stays in percent form: one value must not become several.
    const encoded = encode || /[&=;,\p{Cc}]/u.test(value);
    if (/^[\w.-]+$/.test(name)) result.push(`${name}=${encoded ? percentEncode(value) : value}`);
  }
  return result;
}
