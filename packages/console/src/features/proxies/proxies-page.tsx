import { Button } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { proxyList, type Sidecar } from '../../services/proxies.ts';
import { AppFilter } from '../../ui/app-filter.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ChoiceFilter, SearchFilter } from '../../ui/filter-inputs.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { proxyText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';
import { choiceOf, flagOf, textOf, useView } from '../../ui/url-state.ts';
import { addressOf } from './address.ts';
import { FreezeButton } from './freeze-button.tsx';
import { LogLevelDialog } from './log-level-dialog.tsx';
import { ProxyDrawer } from './proxy-drawer.tsx';
import { ProxyState } from './proxy-state.tsx';
import { RefusedConnections } from './refused-connections.tsx';
import { STATE_TONES } from './state-tones.ts';

/** Proxies that one change takes. */
const MAX_SELECTED = 100;
const STATES = ['Running', 'Terminated', 'Waiting', 'Unknown'] as const;

export function ProxiesPage() {
  const { t, format, language } = useI18n();
  const [view, setView] = useView();
  const filter = {
    keyword: textOf(view, 'keyword'),
    app: textOf(view, 'app'),
    state: choiceOf(view, 'state', STATES),
    healthy: flagOf(view, 'healthy'),
  };
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const text = (
    key: 'version' | 'zone' | 'cluster' | 'dataCenter',
    title: string,
    hidden: boolean,
  ): Column<Sidecar> => ({
    key,
    title,
    sort: key,
    hidden,
    render: (row) => (row[key] === '' ? '–' : row[key]),
    value: (row) => row[key],
  });
  const columns: readonly Column<Sidecar>[] = [
    {
      key: 'name',
      title: t('proxies.name'),
      sort: 'name',
      render: (row) => (
        <Button
          type="link"
          size="small"
          className="weft-cell-button weft-name"
          onClick={() => setView({ proxy: row.proxyId }, 'push')}
        >
          {row.name}
        </Button>
      ),
      value: (row) => row.name,
    },
    text('version', t('proxies.version'), false),
    { key: 'app', title: t('proxies.app'), sort: 'app', render: (row) => row.app, value: (row) => row.app },
    {
      key: 'pod',
      title: t('proxies.pod'),
      sort: 'podName',
      render: (row) => (
        <div className="weft-pod">
          <MiddleText text={row.podName} tail={6} />
        </div>
      ),
      value: (row) => row.podName,
    },
    { key: 'ip', title: t('proxies.ip'), sort: 'podIp', render: addressOf, value: addressOf },
    {
      key: 'podState',
      title: t('proxies.pod-state'),
      // Without Kubernetes it says nothing that the state of the proxy does not.
      hidden: true,
      render: (row) => <Status tone={STATE_TONES[row.podState]}>{t(`proxies.state-${row.podState}`)}</Status>,
      value: (row) => row.podState,
    },
    {
      key: 'state',
      title: t('proxies.state'),
      sort: 'state',
      render: (row) => (
        <span title={proxyText(row.stateReason, language)}>
          <ProxyState proxy={row} />
        </span>
      ),
      value: (row) => row.state,
    },
    {
      key: 'created',
      title: t('proxies.created'),
      sort: 'createdAt',
      render: (row) => format.time(row.createdAt),
      value: (row) => row.createdAt,
    },
    {
      key: 'rps',
      title: t('proxies.rps'),
      sort: 'rps',
      align: 'right',
      render: (row) => format.decimal(row.rps),
      value: (row) => row.rps,
    },
    {
      key: 'cpu',
      title: t('proxies.cpu'),
      hidden: true,
      align: 'right',
      render: (row) => (row.cpuPercent === null ? '–' : format.percent(row.cpuPercent)),
      value: (row) => row.cpuPercent,
    },
    {
      key: 'memory',
      title: t('proxies.memory'),
      hidden: true,
      align: 'right',
      render: (row) => format.bytes(row.rssBytes),
      value: (row) => row.rssBytes,
    },
    text('zone', t('proxies.zone'), true),
    text('cluster', t('proxies.cluster'), true),
    text('dataCenter', t('proxies.data-center'), true),
    {
      key: 'digest',
      title: t('proxies.digest'),
      hidden: true,
      render: (row) => <code>{row.configDigest.slice(0, 12)}</code>,
      value: (row) => row.configDigest,
    },
  ];
  const list = proxyList(filter);
  const [selected, setSelected] = useState<readonly Sidecar[]>([]);
  const [asking, setAsking] = useState(false);
  return (
    <Page title={t('proxies.title')} subtitle={t('proxies.subtitle')} extra={<FreezeButton />}>
      <RefusedConnections />
      <DataTable
        label={t('proxies.title')}
        queryKey={list.key}
        read={list.read}
        columns={columns}
        rowKey={(row) => row.proxyId}
        exportName="proxies"
        minWidth={1000}
        selection={{
          keys: selected.map((row) => row.proxyId),
          onChange: (_keys, rows) => setSelected(rows.filter((row) => row !== undefined).slice(0, MAX_SELECTED)),
        }}
        actions={
          <Guarded needs="mesh:sidecar:operate">
            <Button disabled={selected.length === 0} onClick={() => setAsking(true)}>
              {t('loglevel.open')}
              {selected.length > 0 && ` (${selected.length})`}
            </Button>
          </Guarded>
        }
        filters={
          <>
            <SearchFilter name="keyword" label={t('proxies.search')} />
            <AppFilter />
            <ChoiceFilter
              name="state"
              label={t('proxies.state')}
              options={STATES.map((value) => ({ value, label: t(`proxies.state-${value}`) }))}
            />
            <ChoiceFilter
              name="healthy"
              label={t('proxies.health')}
              options={[
                { value: 'true', label: t('proxies.healthy') },
                { value: 'false', label: t('proxies.unhealthy') },
              ]}
            />
          </>
        }
        empty={
          filtered ? (
            <NothingHere
              title={t('proxies.empty-filtered')}
              action={
                <Button
                  onClick={() => setView({ keyword: undefined, app: undefined, state: undefined, healthy: undefined })}
                >
                  {t('proxies.clear-filter')}
                </Button>
              }
            />
          ) : (
            <NothingHere title={t('proxies.empty')} hint={<code>{t('proxies.empty-hint')}</code>} />
          )
        }
      />
      <ProxyDrawer />
      {asking && (
        <LogLevelDialog
          proxies={new Map(selected.map((row) => [row.proxyId, `${row.name} ${addressOf(row)}`]))}
          logs={{}}
          onClose={() => setAsking(false)}
        />
      )}
    </Page>
  );
}
