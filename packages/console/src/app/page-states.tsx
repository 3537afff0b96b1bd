import { Button, Result, Skeleton } from 'antd';
import { useI18n } from '../i18n/index.ts';
import { errorTitle } from '../ui/error-text.ts';
import { InnerLink } from '../ui/inner-link.tsx';
import { Page } from '../ui/page.tsx';

export function PageLoading() {
  return (
    <div className="weft-page">
      <Skeleton active paragraph={{ rows: 8 }} />
    </div>
  );
}

export function NotFound() {
  const { t } = useI18n();
  return (
    <Page title={t('app.not-found')}>
      <Result
        status="404"
        title={t('app.not-found-hint')}
        extra={<InnerLink to="/services">{t('app.to-services')}</InnerLink>}
      />
    </Page>
  );
}

/** A page that threw: what it said, and how to go on. */
export function PageFailed({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  const { t } = useI18n();
  return (
    <Page title={t('app.page-failed')}>
      <Result
        status="error"
        title={errorTitle(error, t)}
        subTitle={t('app.page-failed-hint')}
        extra={[
          <Button key="again" type="primary" onClick={() => (reset === undefined ? location.reload() : reset())}>
            {t('ui.retry')}
          </Button>,
          <Button key="reload" onClick={() => location.reload()}>
            {t('app.reload')}
          </Button>,
        ]}
      />
    </Page>
  );
}
