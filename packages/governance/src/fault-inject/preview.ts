import type { FaultSpec } from '@weft/schema/wire';

/** What a fault comes to, for a form that shows it while it is written. */
export function previewFault({ ruleType, code, rpcStatus, fixedDelay, faultPercent, ttlSeconds }: FaultSpec): string {
  const what = ruleType === 'DELAY' ? `wait ${fixedDelay} ms` : `get status ${rpcStatus || code}`;
  const end = ttlSeconds === 0 ? 'until it is switched off' : `for ${ttlSeconds} s`;
  return `${faultPercent} % of the matching requests ${what}, ${end}`;
}
