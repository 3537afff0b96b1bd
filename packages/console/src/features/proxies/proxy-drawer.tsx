import { Drawer, Skeleton, Tabs, Tag } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useProxy } from '../../services/proxies.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { isMissing, Missing } from '../../ui/missing.tsx';
import { choiceOf, textOf, useView } from '../../ui/url-state.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { addressOf } from './address.ts';
import { AdminText, ConfigTab, LogsTab } from './admin-tabs.tsx';
import { EnvironmentTab } from './environment-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RegistryTab } from './registry-tab.tsx';
import { ValuesTab } from './values-tab.tsx';

const TABS = ['overview', 'rules', 'registry', 'config', 'features', 'env', 'logs', 'metrics'] as const;

export function ProxyDrawer() {
  const [view] = useView();
  const id = textOf(view, 'proxy');
  return id === undefined ? null : <OpenProxyDrawer proxyId={id} />;
}

function OpenProxyDrawer({ proxyId }: { readonly proxyId: string }) {
  useReturnFocus();
  const { t } = useI18n();
  const [view, setView] = useView();
  const { data, error, refetch } = useProxy(proxyId);
  const tab = choiceOf(view, 'tab', TABS) ?? 'overview';
  const title = data === undefined ? proxyId : `${data.name} · ${addressOf(data)}`;
  return (
    <Drawer
      open
      size={860}
      title={title}
      aria-label={title}
      onClose={() => setView({ proxy: undefined, tab: undefined, part: undefined, env: undefined, with: undefined })}
      extra={
        data !== undefined && (
          <Tag color={data.connected ? 'success' : 'warning'} variant="outlined">
            {t(data.connected ? 'proxies.connected' : 'proxies.not-connected')}
          </Tag>
        )
      }
    >
      {isMissing(error) ? (
        <Missing title={t('proxy.gone')} hint={t('proxy.gone-hint')} />
      ) : (
        <ErrorAlert error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton active />
      ) : (
        <Tabs
          activeKey={tab}
          destroyOnHidden
          onChange={(next) => setView({ tab: next === 'overview' ? undefined : next })}
          items={TABS.map((key) => ({
            key,
            label: t(`proxy.tab-${key}`),
            children: {
              overview: <OverviewTab proxy={data} />,
              rules: <ValuesTab proxy={data} />,
              registry: <RegistryTab proxy={data} />,
              config: <ConfigTab proxy={data} />,
              features: <AdminText proxyId={proxyId} path="api/v1/features" label={t('proxy.tab-features')} />,
              env: <EnvironmentTab proxyId={proxyId} />,
              logs: <LogsTab proxy={data} />,
              metrics: <AdminText proxyId={proxyId} path="metrics" label={t('proxy.tab-metrics')} />,
            }[key],
          }))}
        />
      )}
    </Drawer>
  );
}
