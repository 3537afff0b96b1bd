import { useI18n } from '../../i18n/index.ts';

const KINDS = ['good', 'limited', 'bad', 'outside'] as const;

/** What the colours and lines of the graph stand for. */
export function Legend() {
  const { t } = useI18n();
  return (
    <ul className="weft-legend" aria-label={t('topology.legend')}>
      {KINDS.map((kind) => (
        <li key={kind}>
          <span className={`weft-legend-box weft-legend-${kind}`} aria-hidden />
          {t(`topology.legend-${kind}`)}
        </li>
      ))}
      <li>
        <span className="weft-legend-line" aria-hidden />
        {t('topology.legend-line')}
      </li>
      <li>{t('topology.legend-figures')}</li>
    </ul>
  );
}
