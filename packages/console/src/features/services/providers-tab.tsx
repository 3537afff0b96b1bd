import { App, Button, Flex, Space, Tag } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Provider, providerList, useIsIsolating } from '../../services/mesh-services.ts';
import { useIsolated } from '../../services/rule-states.ts';
import { useCan } from '../../services/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { type LeftOut, leftOutOf } from './left-out.ts';
import { isOn, useProviderActions } from './use-provider-actions.tsx';
import { WeightDialog } from './weight-dialog.tsx';

const TONES: Readonly<Record<Provider['state'], Tone>> = {
  Enabled: 'good',
  Disabled: 'off',
  Unhealthy: 'bad',
  Isolated: 'warning',
  Draining: 'busy',
};

const pairsOf = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

interface ProvidersTabProps {
  readonly serviceId: string;
  readonly app: string;
  /** How many providers the service has; 0 while that is not known. */
  readonly count: number;
  readonly consumers: number;
}

export function ProvidersTab({ serviceId, app, count, consumers }: ProvidersTabProps) {
  const { t, format } = useI18n();
  const leftOut = useLeftOut(serviceId);
  const { modal } = App.useApp();
  const actions = useProviderActions(serviceId, modal);
  const [selected, setSelected] = useState<readonly Provider[]>([]);
  const [weighing, setWeighing] = useState<readonly Provider[]>([]);
  const list = providerList(serviceId);
  const columns: readonly Column<Provider>[] = [
    {
      key: 'ip',
      title: t('provider.ip'),
      sort: 'ip',
      render: ({ ip, proxyId }) =>
        proxyId === '' ? (
          ip
        ) : (
          <InnerLink to="/proxies" search={{ proxy: proxyId }}>
            {ip}
          </InnerLink>
        ),
      value: (row) => row.ip,
    },
    {
      key: 'meshed',
      title: t('provider.meshed'),
      render: ({ meshed }) => (
        <Tag color={meshed ? 'success' : 'default'} variant="outlined">
          {t(meshed ? 'ui.yes' : 'ui.no')}
        </Tag>
      ),
      value: (row) => row.meshed,
    },
    {
      key: 'clusterType',
      title: t('provider.cluster-type'),
      render: (row) => t(`provider.${row.clusterType}`),
      value: (row) => row.clusterType,
    },
    { key: 'protocol', title: t('services.protocol'), render: (row) => row.protocol, value: (row) => row.protocol },
    { key: 'port', title: t('provider.port'), align: 'right', render: (row) => row.port, value: (row) => row.port },
    {
      key: 'appVersion',
      title: t('provider.app-version'),
      sort: 'appVersion',
      render: ({ appVersion }) => (appVersion === '' ? '–' : appVersion),
      value: (row) => row.appVersion,
    },
    {
      key: 'weight',
      title: t('provider.weight'),
      sort: 'weight',
      align: 'right',
      render: ({ weight, publishedWeight }) => (
        <>
          {weight}
          {publishedWeight !== weight && (
            <div className="weft-muted weft-small">{t('provider.weight-published', { weight: publishedWeight })}</div>
          )}
        </>
      ),
      value: (row) => row.weight,
    },
    {
      key: 'state',
      title: t('provider.state'),
      sort: 'state',
      render: ({ address, state, stateBy, stateAt }) => (
        <>
          <Status tone={TONES[state]}>{t(`provider.state-${state}`)}</Status>
          {stateBy !== '' && (
            <div className="weft-muted weft-small">
              {t(state === 'Isolated' ? 'provider.isolated-by' : 'provider.disabled-by', {
                by: stateBy,
                at: format.time(stateAt),
              })}
            </div>
          )}
          {state === 'Enabled' && <LeftOutBy leftOut={leftOut.get(address)} consumers={consumers} />}
        </>
      ),
      value: (row) => row.state,
    },
    {
      key: 'rps',
      title: t('provider.rps'),
      align: 'right',
      render: (row) => format.decimal(row.rps),
      value: (row) => row.rps,
    },
    { key: 'zone', title: t('provider.zone'), hidden: true, render: (row) => row.zone, value: (row) => row.zone },
    { key: 'group', title: t('provider.group'), hidden: true, render: (row) => row.group, value: (row) => row.group },
    {
      key: 'metadata',
      title: t('provider.metadata'),
      hidden: true,
      render: (row) => <span className="weft-break">{pairsOf(row.metadata)}</span>,
      value: (row) => pairsOf(row.metadata),
    },
    {
      key: 'registered',
      title: t('provider.registered'),
      hidden: true,
      render: (row) => format.time(row.registeredAt),
      value: (row) => row.registeredAt,
    },
    {
      key: 'actions',
      title: t('provider.actions'),
      width: 210,
      render: (row) => (
        <Space size={0}>
          <Guarded needs="mesh:service:operate">
            <Button type="link" size="small" onClick={() => actions.setEnabled([row], row.state === 'Disabled', count)}>
              {t(row.state === 'Disabled' ? 'provider.enable' : 'provider.disable')}
            </Button>
          </Guarded>
          <Guarded needs="mesh:service:operate">
            <Button type="link" size="small" onClick={() => setWeighing([row])}>
              {t('provider.change-weight')}
            </Button>
          </Guarded>
        </Space>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={t('service.tab-providers')}
        queryKey={list.key}
        read={list.read}
        columns={columns}
        rowKey={(row) => row.address}
        exportName={`providers-${serviceId}`}
        minWidth={1000}
        selection={{
          keys: selected.map((row) => row.address),
          onChange: (_keys, rows) => setSelected(rows.filter((row) => row !== undefined)),
        }}
        filters={
          <Flex gap={8} align="center" wrap>
            <Guarded needs="mesh:service:operate">
              <Button disabled={selected.length === 0} onClick={() => actions.setEnabled(selected, true, count)}>
                {t('provider.enable')}
              </Button>
            </Guarded>
            <Guarded needs="mesh:service:operate">
              <Button disabled={!selected.some(isOn)} onClick={() => actions.setEnabled(selected, false, count)}>
                {t('provider.disable')}
              </Button>
            </Guarded>
            <Guarded needs="mesh:service:operate">
              <Button disabled={selected.length === 0} onClick={() => setWeighing(selected)}>
                {t('provider.change-weight')}
              </Button>
            </Guarded>
            {selected.length > 0 && (
              <span className="weft-muted">{t('provider.selected', { count: selected.length })}</span>
            )}
          </Flex>
        }
        empty={
          <NothingHere
            title={t('service.no-provider-title')}
            hint={t('service.no-provider-hint')}
            action={
              app === '' ? undefined : (
                <InnerLink to="/proxies" search={{ app }}>
                  {t('service.to-proxies', { app })}
                </InnerLink>
              )
            }
          />
        }
      />
      {weighing.length > 0 && (
        <WeightDialog
          providers={weighing}
          onCancel={() => setWeighing([])}
          onSave={(weight) => {
            void actions.setWeight(weighing, weight);
            setWeighing([]);
          }}
        />
      )}
    </>
  );
}

/** Those that callers leave out, as far as the reader may know. All proxies are asked: only where a rule may do it. */
function useLeftOut(serviceId: string): ReadonlyMap<string, LeftOut> {
  const can = useCan();
  const may = can('mesh:rule-limit:read') && can('mesh:rule-isolate:read');
  const { data } = useIsolated(useIsIsolating(serviceId, may));
  return leftOutOf(data?.items ?? [], serviceId);
}

/** What callers do without an instance that is on, and the way to where that can be ended. */
function LeftOutBy({ leftOut, consumers }: { readonly leftOut: LeftOut | undefined; readonly consumers: number }) {
  const { t } = useI18n();
  if (leftOut === undefined) return null;
  const { callers, rules } = leftOut;
  // Who has the address from a configuration does not subscribe.
  const who =
    callers <= consumers
      ? t('provider.left-out-of', { count: callers, all: consumers })
      : t('provider.left-out', { count: callers });
  return (
    <div className="weft-warning weft-small">
      <div>{who}</div>
      <InnerLink to="/rules/isolate" className="weft-in-text">
        {t('provider.left-out-by', { rules: rules.join(', ') })}
      </InnerLink>
    </div>
  );
}
