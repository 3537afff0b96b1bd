import { Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useExplain } from '../../services/proxies.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { ExplainForm } from './explain-form.tsx';
import { Result } from './result.tsx';

export function ExplainPage() {
  const { t } = useI18n();
  const explain = useExplain();
  return (
    <Page title={t('explain.title')} subtitle={t('explain.subtitle')}>
      <div className="weft-explain">
        <section className="weft-card weft-card-padded" aria-label={t('explain.form')}>
          <h2 className="weft-card-title">{t('explain.form')}</h2>
          <ExplainForm busy={explain.isPending} onSubmit={(body) => explain.mutate(body)} />
        </section>
        <section className="weft-card weft-card-padded" aria-label={t('explain.result')} aria-live="polite">
          <h2 className="weft-card-title">{t('explain.result')}</h2>
          <ErrorAlert error={explain.error} />
          {explain.data === undefined ? (
            explain.error === null &&
            (explain.isPending ? (
              <Skeleton active />
            ) : (
              <NothingHere title={t('explain.waiting')} hint={t('explain.waiting-hint')} />
            ))
          ) : (
            <Result result={explain.data} />
          )}
        </section>
      </div>
    </Page>
  );
}
