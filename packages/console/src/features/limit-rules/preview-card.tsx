import { useI18n } from '../../i18n/index.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { type Limit, limitInWords, rateOf } from '../../ui/limit-text.ts';
import type { FormObject } from '../../ui/schema-form/index.ts';

interface Preview {
  readonly instances: number;
  readonly warnings: readonly string[];
}

/** What the rule lets through: worked out while typing; live instances and warnings come from the server. */
export function PreviewCard({ rule, preview }: { readonly rule: FormObject; readonly preview: Preview | undefined }) {
  const { t, format } = useI18n();
  const limit = (typeof rule['spec'] === 'object' && rule['spec'] !== null ? rule['spec'] : {}) as Limit;
  const rate = rateOf(limit);
  const known = typeof limit.threshold === 'number';
  const perSecond = rate === null ? '' : format.decimal(rate.perSecond, 3);
  return (
    <section className="weft-card weft-card-padded weft-preview" aria-label={t('rule.preview')} aria-live="polite">
      <h2 className="weft-card-title">{t('rule.preview')}</h2>
      {!known ? (
        <p className="weft-muted">{t('rule.preview-waits')}</p>
      ) : (
        <>
          <p className="weft-preview-text">{limitInWords(limit, t, format)}</p>
          <Figures>
            <Figure
              label={t(rate === null ? 'rule.preview-concurrency' : 'rule.preview-rate')}
              value={rate === null ? format.integer(limit.threshold ?? 0) : `${perSecond}/s`}
            />
            {rate !== null && <Figure label={t('rule.preview-burst')} value={format.integer(Math.floor(rate.burst))} />}
            <Figure label={t('rule.preview-instances')} value={preview === undefined ? '–' : preview.instances} />
          </Figures>
          {preview !== undefined && rate !== null && (
            <p>
              {t('rule.preview-total')}:{' '}
              {t('rule.preview-formula', {
                rate: perSecond,
                instances: preview.instances,
                total: format.decimal(rate.perSecond * preview.instances, 3),
              })}
            </p>
          )}
          {preview === undefined && <p className="weft-muted">{t('rule.preview-waits')}</p>}
        </>
      )}
      {preview !== undefined && preview.warnings.length > 0 && (
        <div role="status">
          <strong>{t('rule.preview-warnings')}</strong>
          <ul className="weft-preview-warnings">
            {preview.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
