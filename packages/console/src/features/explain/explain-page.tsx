import { Segmented, Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useExplain } from '../../services/proxies.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { choiceOf, useView } from '../../ui/url-state.ts';
import { ExplainForm } from './explain-form.tsx';
import { Result } from './result.tsx';
import { TraceView } from './trace-view.tsx';

const MODES = ['describe', 'trace'] as const;

/** What would become of a request that is described, or what became of one that was served. */
export function ExplainPage() {
  const { t } = useI18n();
  const [view, setView] = useView();
  const mode = choiceOf(view, 'mode', MODES) ?? 'describe';
  return (
    <Page title={t('explain.title')} subtitle={t(mode === 'trace' ? 'trace.subtitle' : 'explain.subtitle')}>
      <Segmented
        className="weft-explain-mode"
        aria-label={t('explain.title')}
        value={mode}
        options={[
          { value: 'describe', label: t('trace.describe') },
          { value: 'trace', label: t('trace.follow') },
        ]}
        onChange={(next) => setView({ mode: next === 'describe' ? undefined : next }, 'push')}
      />
      {mode === 'trace' ? <TraceView /> : <DescribedRequest />}
    </Page>
  );
}

function DescribedRequest() {
  const { t } = useI18n();
  const explain = useExplain();
  return (
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
  );
}
