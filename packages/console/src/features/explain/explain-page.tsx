import { Alert, Collapse } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type ExplainResult, useExplain } from '../../services/proxies.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { ExplainForm } from './explain-form.tsx';
import { Steps } from './steps.tsx';

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
            explain.error === null && <NothingHere title={t('explain.waiting')} />
          ) : (
            <Result result={explain.data} />
          )}
        </section>
      </div>
    </Page>
  );
}

function Result({ result }: { readonly result: ExplainResult }) {
  const { t } = useI18n();
  return (
    <>
      <Alert showIcon className="weft-error" type={result.ok ? 'success' : 'warning'} title={result.verdict} />
      <Steps steps={result.steps} />
      <Collapse
        ghost
        items={[
          {
            key: 'raw',
            label: t('explain.raw'),
            children: <CodeView label={t('explain.raw')} text={JSON.stringify(result.raw, null, 2)} />,
          },
        ]}
      />
    </>
  );
}
