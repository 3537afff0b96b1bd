import { Button } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type Service, serviceList } from '../../services/mesh-services.ts';
import { AppFilter } from '../../ui/app-filter.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ChoiceFilter, SearchFilter } from '../../ui/filter-inputs.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { ServiceId } from '../../ui/service-id.tsx';
import { choiceOf, textOf, useView } from '../../ui/url-state.ts';
import { MeshTag } from './mesh-tag.tsx';

const TYPES = ['SOFA', 'DUBBO', 'SPRING_CLOUD', 'HTTP', 'GRPC'] as const;
const MESH = ['all', 'some', 'none'] as const;

export function ServicesPage() {
  const { t, format } = useI18n();
  const [view, setView] = useView();
  const only = choiceOf(view, 'only', ['no-provider', 'has-rules']);
  const filter = {
    keyword: textOf(view, 'keyword'),
    type: textOf(view, 'type'),
    app: textOf(view, 'app'),
    mesh: choiceOf(view, 'mesh', MESH),
    noProvider: only === 'no-provider' ? true : undefined,
    hasRules: only === 'has-rules' ? true : undefined,
  };
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const columns: readonly Column<Service>[] = [
    {
      key: 'serviceId',
      title: t('services.id'),
      sort: 'serviceId',
      render: ({ serviceId }) => (
        <InnerLink to={`/services/${encodeURIComponent(serviceId)}`} className="weft-name">
          <ServiceId id={serviceId} />
        </InnerLink>
      ),
      value: (row) => row.serviceId,
    },
    {
      key: 'type',
      title: t('services.type'),
      sort: 'type',
      width: 90,
      render: (row) => row.type,
      value: (row) => row.type,
    },
    { key: 'app', title: t('services.app'), sort: 'app', render: (row) => row.app, value: (row) => row.app },
    {
      key: 'providers',
      title: t('services.providers'),
      sort: 'providerCount',
      align: 'right',
      width: 118,
      render: ({ providerCount, enabledCount }) => (
        <span className={providerCount === 0 ? 'weft-bad' : undefined}>
          {format.integer(providerCount)}
          {enabledCount < providerCount && <span className="weft-muted"> ({enabledCount})</span>}
        </span>
      ),
      value: (row) => row.providerCount,
    },
    {
      key: 'consumers',
      title: t('services.consumers'),
      sort: 'consumerCount',
      align: 'right',
      width: 118,
      render: (row) => format.integer(row.consumerCount),
      value: (row) => row.consumerCount,
    },
    {
      key: 'protocol',
      title: t('services.protocol'),
      width: 90,
      render: (row) => row.protocol,
      value: (row) => row.protocol,
    },
    {
      key: 'mesh',
      title: t('services.mesh'),
      width: 110,
      render: (row) => <MeshTag mesh={row.mesh} />,
      value: (row) => row.mesh,
    },
    {
      key: 'rules',
      title: t('services.rules'),
      sort: 'ruleCount',
      align: 'right',
      width: 90,
      render: ({ ruleCount, serviceId }) =>
        ruleCount === 0 ? (
          <span className="weft-muted">0</span>
        ) : (
          <InnerLink to={`/services/${encodeURIComponent(serviceId)}`} search={{ tab: 'rules' }}>
            {ruleCount}
          </InnerLink>
        ),
      value: (row) => row.ruleCount,
    },
  ];
  const list = serviceList(filter);
  return (
    <Page title={t('services.title')} subtitle={t('services.subtitle')}>
      <DataTable
        label={t('services.title')}
        queryKey={list.key}
        read={list.read}
        columns={columns}
        rowKey={(row) => row.serviceId}
        exportName="services"
        minWidth={1000}
        filters={
          <>
            <SearchFilter name="keyword" label={t('services.search')} />
            <ChoiceFilter
              name="type"
              label={t('services.type')}
              options={TYPES.map((value) => ({ value, label: value }))}
            />
            <AppFilter />
            <ChoiceFilter
              name="mesh"
              label={t('services.mesh')}
              options={MESH.map((value) => ({ value, label: t(`services.mesh-${value}`) }))}
            />
            <ChoiceFilter
              name="only"
              label={t('services.filter-more')}
              options={[
                { value: 'no-provider', label: t('services.no-provider') },
                { value: 'has-rules', label: t('services.has-rules') },
              ]}
            />
          </>
        }
        empty={
          filtered ? (
            <NothingHere
              title={t('services.empty-filtered')}
              action={
                <Button
                  onClick={() =>
                    setView({ keyword: undefined, type: undefined, app: undefined, mesh: undefined, only: undefined })
                  }
                >
                  {t('services.clear-filter')}
                </Button>
              }
            />
          ) : (
            <NothingHere title={t('services.empty')} hint={t('services.empty-hint')} />
          )
        }
      />
    </Page>
  );
}
