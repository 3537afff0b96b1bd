import { Button, Segmented, Select, Skeleton, Table } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Sidecar, useProxyAdmin, useProxyChoices } from '../../services/proxies.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { choiceOf, textOf, useView } from '../../ui/url-state.ts';
import { addressOf } from './address.ts';
import { CompareView } from './compare-view.tsx';
import { LogLevelDialog } from './log-level-dialog.tsx';

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
const CONFIG_PATH = 'api/v1/config_dump';

/** The configuration that is in force, in whole or in part, alone or beside that of another proxy. */
export function ConfigTab({ proxy }: { readonly proxy: Sidecar }) {
  const { t } = useI18n();
  const [view, setView] = useView();
  const part = choiceOf(view, 'part', PART_KEYS) ?? 'all';
  const others = (useProxyChoices().data?.items ?? []).filter(({ proxyId }) => proxyId !== proxy.proxyId);
  const other = textOf(view, 'with');
  const nameOf = (row: Sidecar): string => `${row.name} · ${addressOf(row)}`;
  const found = others.find(({ proxyId }) => proxyId === other);
  const query = PARTS[part] === '' ? {} : { [PARTS[part]]: '' };
  return (
    <>
      <div className="weft-toolbar weft-toolbar-flat">
        <Segmented
          aria-label={t('proxy.part')}
          value={part}
          options={PART_KEYS.map((value) => ({ value, label: t(`proxy.part-${value}`) }))}
          onChange={(next) => setView({ part: next === 'all' ? undefined : next })}
        />
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('proxy.compare')}
          placeholder={t('proxy.compare')}
          style={{ width: 260 }}
          value={other}
          options={others.map((row) => ({ value: row.proxyId, label: nameOf(row) }))}
          onChange={(next: string | undefined) => setView({ with: next })}
        />
      </div>
      {other === undefined ? (
        <AdminText proxyId={proxy.proxyId} path={CONFIG_PATH} label={t('proxy.config-label')} query={query} />
      ) : (
        <CompareView
          here={proxy.proxyId}
          hereName={nameOf(proxy)}
          there={other}
          thereName={found === undefined ? other : nameOf(found)}
          path={CONFIG_PATH}
          query={query}
        />
      )}
    </>
  );
}

/** Levels of the logs of a proxy, and setting one for a time. */
export function LogsTab({ proxy }: { readonly proxy: Sidecar }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const { data, error, isFetching, refetch } = useProxyAdmin(proxy.proxyId, 'api/v1/get_loglevel');
  const logs = levelsOf(data);
  return (
    <>
      <div className="weft-toolbar weft-toolbar-flat">
        <span>{t('proxy.log-hint')}</span>
        <Guarded needs="mesh:sidecar:operate">
          <Button onClick={() => setAsking(true)}>{t('loglevel.open')}</Button>
        </Guarded>
      </div>
      <ErrorAlert error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && isFetching && <Skeleton active />}
      {data !== undefined && (
        <Table
          size="small"
          rowKey={(row) => row.path}
          dataSource={Object.entries(logs).map(([path, level]) => ({ path, level }))}
          pagination={false}
          columns={[
            {
              key: 'path',
              title: t('loglevel.log'),
              render: (_, { path }) => (path === '' ? t('loglevel.own') : <code className="weft-break">{path}</code>),
            },
            { key: 'level', title: t('loglevel.level'), width: 140, render: (_, { level }) => level },
          ]}
        />
      )}
      {asking && (
        <LogLevelDialog proxies={new Map([[proxy.proxyId, proxy.name]])} logs={logs} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

/** Levels by path; a proxy of another release may answer otherwise. */
function levelsOf(data: unknown): Readonly<Record<string, string>> {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).filter(([, level]) => typeof level === 'string'));
}
