import type { Format, Translate } from '../../i18n/index.ts';

/** The part of a mirroring rule that words are made of. */
interface Mirror {
  readonly percent?: number;
  readonly targetDataId?: string;
  readonly targetCluster?: string;
  readonly targetAddresses?: readonly string[];
  readonly amplification?: number;
}

/** Where copies go: "10 % to reviews-next". Empty while the form has no target. */
export function mirrorInWords(spec: Mirror, t: Translate, format: Format): string {
  const { percent = 100, targetDataId, targetCluster, targetAddresses = [], amplification = 1 } = spec;
  const target = targetDataId || targetCluster || targetAddresses.join(', ');
  if (target === '') return '';
  const shared = { percent: format.percent(percent), target };
  return amplification === 1
    ? t('rules.mirror', shared)
    : t('rules.mirror-times', { ...shared, count: format.integer(amplification) });
}
