import { Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { RulePreview } from '../../services/rules.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { type Limit, rateOf } from '../../ui/rule-kinds/index.ts';
import type { FormObject } from '../../ui/schema-form/index.ts';
import { serverText, serverTexts } from '../../ui/server-text.ts';
import { useRuleKind } from './use-rule-kind.ts';

interface PreviewCardProps {
  readonly rule: FormObject;
  /** Whether the form is complete: what is half typed does nothing yet. */
  readonly valid: boolean;
  readonly preview: RulePreview | undefined;
  /** There is none because the server refused the rule: why is said at its fields and beside the buttons. */
  readonly refused: boolean;
}

/** What the rule does, worked out while typing; live instances and warnings come from the server. */
export function PreviewCard({ rule, valid, preview, refused }: PreviewCardProps) {
  const { t, language } = useI18n();
  const kind = useRuleKind();
  const spec = typeof rule['spec'] === 'object' && rule['spec'] !== null ? rule['spec'] : {};
  const words = kind.inWords(spec);
  return (
    <section className="weft-card weft-card-padded weft-preview" aria-label={t('rule.preview')} aria-live="polite">
      <h2 className="weft-card-title">{t('rule.preview')}</h2>
      {!valid ? (
        <p className="weft-muted">{t('rule.preview-waits')}</p>
      ) : (
        <>
          {words !== '' && <p className="weft-preview-text">{words}</p>}
          {refused ? (
            <p className="weft-muted">{t('rule.preview-waits')}</p>
          ) : preview === undefined ? (
            <Skeleton active title={false} paragraph={{ rows: 2 }} />
          ) : kind.segment === 'limit' ? (
            <LimitFigures limit={spec} instances={preview.instances} />
          ) : (
            <>
              {preview.message !== undefined && <p>{serverText(preview.message, language)}</p>}
              <Figures>
                <Figure label={t('rule.preview-proxies')} value={preview.instances} />
              </Figures>
            </>
          )}
        </>
      )}
      {valid && !refused && preview !== undefined && preview.warnings.length > 0 && (
        <div role="status">
          <strong>{t('rule.preview-warnings')}</strong>
          <ul className="weft-preview-warnings">
            {serverTexts(preview.warnings, preview.warningMessages, language).map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** A limit holds at each instance: what all of them let through together is seldom what was meant. */
function LimitFigures({ limit, instances }: { readonly limit: Limit; readonly instances: number }) {
  const { t, format } = useI18n();
  const rate = rateOf(limit);
  if (rate === null) {
    return (
      <Figures>
        <Figure label={t('rule.preview-concurrency')} value={format.integer(limit.threshold ?? 0)} />
        <Figure label={t('rule.preview-instances')} value={format.integer(instances)} />
      </Figures>
    );
  }
  const perSecond = format.decimal(rate.perSecond, 3);
  const total = format.decimal(rate.perSecond * instances, 3);
  return (
    <>
      <Figures>
        <Figure label={t('rule.preview-rate')} value={`${perSecond}/s`} />
        <Figure label={t('rule.preview-burst')} value={format.integer(Math.floor(rate.burst))} />
        <Figure label={t('rule.preview-instances')} value={format.integer(instances)} />
      </Figures>
      <p>
        {t('rule.preview-total')}: {t('rule.preview-formula', { rate: perSecond, instances, total })}
      </p>
    </>
  );
}
