import { type HeaderMap, PlainHeaders } from '@weft/sdk';
import { attachmentsToHttp, boltToHttp, httpToAttachments, httpToBolt, isCarried } from '../common/carry/index.ts';

/** What a header of Bolt says that has a place of its own in a call of Dubbo, or means nothing there. */
const BOLT_OWN: ReadonlySet<string> = new Set([
  'app',
  'generic.revise',
  'new_rpc_trace_context',
  'protocol',
  'service',
  'sofa_head_deadline_remain_time',
  'sofa_head_generic_type',
  'sofa_head_method_name',
  'sofa_head_response_error',
  'sofa_head_target_app',
  'sofa_head_target_service',
  'type',
  'x-weft-converted',
]);
const TRACE_PREFIX = 'rpc_trace_context.';
/** The same of attachments. */
const DUBBO_OWN: ReadonlySet<string> = new Set([
  'async',
  'dubbo',
  'dubbo.rpc.sofa.tracer',
  'generic',
  'group',
  'interface',
  'method',
  'path',
  'remote.application',
  'service',
  'timeout',
  'version',
  'x-weft-converted',
]);
const AS_HTTP_PREFIX = 'x-dubbo-att-';

/** Adds what goes with a call of Bolt to the attachments of the call that it becomes: traces in the words of Dubbo, all else as it is. */
export function boltToDubbo(bolt: HeaderMap, out: PlainHeaders): void {
  const common = new PlainHeaders();
  boltToHttp(bolt, common);
  httpToAttachments(common, out);
  bolt.forEach((name, value) => {
    if (BOLT_OWN.has(name) || DUBBO_OWN.has(name) || isElsewhere(name)) return;
    out.set(name, value);
  });
}

/** The same the other way; gives the pairs that are the caller's own, for those who look for them in the request's properties. */
export function dubboToBolt(
  attachments: ReadonlyMap<string, string>,
  out: PlainHeaders,
): (readonly [string, string])[] {
  const common = new PlainHeaders();
  attachmentsToHttp(attachments, common);
  const named = new PlainHeaders();
  common.forEach((name, value) => {
    if (!name.startsWith(AS_HTTP_PREFIX)) named.set(name, value);
  });
  httpToBolt(named, out);
  const own: (readonly [string, string])[] = [];
  for (const [name, value] of attachments) {
    if (DUBBO_OWN.has(name) || BOLT_OWN.has(name) || isElsewhere(name)) continue;
    out.set(name, value);
    own.push([name, value]);
  }
  return own;
}

/** It crosses in other words, or means something to transcoders only. */
function isElsewhere(name: string): boolean {
  return name.startsWith(TRACE_PREFIX) || name.startsWith(':') || isCarried(name.toLowerCase());
}
