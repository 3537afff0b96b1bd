import { Segmented, Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useProxyAdmin } from '../../services/proxies.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { choiceOf, useView } from '../../ui/url-state.ts';

interface AdminTextProps {
  readonly proxyId: string;
  readonly path: string;
  readonly label: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** What the admin interface of a proxy answers on one path, with a search. */
export function AdminText({ proxyId, path, label, query }: AdminTextProps) {
  const { t } = useI18n();
  const { data, error, isFetching, refetch } = useProxyAdmin(proxyId, path, query);
  if (data === undefined && error === null && isFetching) return <Skeleton active />;
  return (
    <>
      <ErrorAlert error={error} onRetry={() => void refetch()} />
      {data !== undefined && (
        <>
          <p className="weft-muted">{t('proxy.fetch-hint')}</p>
          <CodeView label={label} text={typeof data === 'string' ? data : JSON.stringify(data, null, 2)} />
        </>
      )}
    </>
  );
}

/** Parts of the configuration, as the admin interface selects them. */
const PARTS = { all: '', listeners: 'alllisteners', routers: 'allrouters', clusters: 'allclusters' } as const;
const PART_KEYS = ['all', 'listeners', 'routers', 'clusters'] as const;

export function ConfigTab({ proxyId }: { readonly proxyId: string }) {
  const { t } = useI18n();
  const [view, setView] = useView();
  const part = choiceOf(view, 'part', PART_KEYS) ?? 'all';
  return (
    <>
      <Segmented
        className="weft-parts"
        aria-label={t('proxy.part')}
        value={part}
        options={PART_KEYS.map((value) => ({ value, label: t(`proxy.part-${value}`) }))}
        onChange={(next) => setView({ part: next === 'all' ? undefined : next })}
      />
      <AdminText
        proxyId={proxyId}
        path="api/v1/config_dump"
        label={t('proxy.config-label')}
        {...(PARTS[part] === '' ? {} : { query: { [PARTS[part]]: '' } })}
      />
    </>
  );
}

export function LogsTab({ proxyId }: { readonly proxyId: string }) {
  const { t } = useI18n();
  return (
    <>
      <p>{t('proxy.log-hint')}</p>
      <AdminText proxyId={proxyId} path="api/v1/get_loglevel" label={t('proxy.log-levels')} />
    </>
  );
}
