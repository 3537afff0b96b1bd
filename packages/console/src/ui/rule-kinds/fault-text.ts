import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a fault-injection rule that words are made of. */
interface Fault {
  readonly ruleType?: string;
  readonly code?: number;
  readonly rpcStatus?: string;
  readonly fixedDelay?: number;
  readonly faultPercent?: number;
}

/** What requests meet, in a few words: "10 % get 503". */
export function faultInWords(fault: Fault, t: Translate, format: Format): string {
  const percent = format.percent(fault.faultPercent ?? 100);
  if (fault.ruleType === 'DELAY')
    return t('rules.fault-delay', { percent, delay: format.milliseconds(fault.fixedDelay ?? 0) });
  const status = fault.rpcStatus === undefined || fault.rpcStatus === '' ? (fault.code ?? 500) : fault.rpcStatus;
  return t('rules.fault-abort', { percent, status });
}
