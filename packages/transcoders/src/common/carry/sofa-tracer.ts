/** `tcid=<trace>&spid=<span>&pspid=<parent>&sample=true&` as SOFATracer writes a context, baggage behind it. */
export interface SofaTraceContext {
  readonly traceId: string;
  readonly rpcId: string;
  /** Of the business, `k=v`. */
  readonly baggage: readonly string[];
}

const ID = /^[0-9A-Za-z.-]{1,128}$/;
const OWN: ReadonlySet<string> = new Set(['tcid', 'spid', 'pspid', 'sample']);

/** Null when there is no trace in it. */
export function parseSofaTraceContext(text: string): SofaTraceContext | null {
  let traceId = '';
  let rpcId = '';
  const baggage: string[] = [];
  for (const member of text.split('&')) {
    const equals = member.indexOf('=');
    if (equals <= 0) continue;
    const name = member.slice(0, equals);
    if (name === 'tcid') traceId = member.slice(equals + 1);
    else if (name === 'spid') rpcId = member.slice(equals + 1);
    else if (!OWN.has(name) && !name.startsWith('_sys_')) baggage.push(member);
  }
  return ID.test(traceId) ? { traceId, rpcId: ID.test(rpcId) ? rpcId : '0', baggage } : null;
}

export function formatSofaTraceContext({ traceId, rpcId, baggage }: SofaTraceContext): string {
  return ['tcid=', traceId, '&spid=', rpcId, '&pspid=&sample=true&', ...baggage.map((member) => `${member}&`)].join('');
}
