import { ArrowLeftOutlined, PlusOutlined } from '@ant-design/icons';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Skeleton, Tabs } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type ServiceDetail, useService } from '../../services/mesh-services.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { isMissing, Missing } from '../../ui/missing.tsx';
import { Page } from '../../ui/page.tsx';
import { choiceOf, useView } from '../../ui/url-state.ts';
import { ConsumersTab } from './consumers-tab.tsx';
import { MeshTag } from './mesh-tag.tsx';
import { MethodsTab } from './methods-tab.tsx';
import { ProtectThreshold } from './protect-threshold.tsx';
import { ProvidersTab } from './providers-tab.tsx';
import { ServiceRulesTab } from './service-rules-tab.tsx';
import { TrafficTab } from './traffic-tab.tsx';

const TABS = ['providers', 'consumers', 'rules', 'traffic', 'methods'] as const;

export function ServicePage() {
  const { t } = useI18n();
  const { serviceId } = useParams({ strict: false }) as { serviceId: string };
  const [view, setView] = useView();
  const navigate = useNavigate();
  const { data, error, refetch } = useService(serviceId);
  const gone = isMissing(error);
  return (
    <Page
      title={serviceId}
      before={
        <InnerLink to="/services" className="weft-back">
          <ArrowLeftOutlined aria-hidden /> {t('service.back')}
        </InnerLink>
      }
      extra={
        !gone && (
          <Guarded needs="mesh:rule-limit:write">
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() =>
                void navigate({
                  to: '/rules/limit/new' as never,
                  search: { service: serviceId, app: data?.app.split(',')[0], direction: 'SERVER' } as never,
                })
              }
            >
              {t('service.add-rule')}
            </Button>
          </Guarded>
        )
      }
    >
      {gone ? (
        <Missing
          title={t('service.gone')}
          hint={t('service.gone-hint')}
          back={{ to: '/services', label: t('service.back') }}
        />
      ) : (
        <>
          <ErrorAlert error={error} onRetry={() => void refetch()} />
          <section className="weft-card weft-card-padded" aria-label={t('service.basic')}>
            <h2 className="weft-card-title">{t('service.basic')}</h2>
            {data === undefined ? (
              error === null && <Skeleton active paragraph={{ rows: 2 }} />
            ) : (
              <BasicFacts service={data} />
            )}
          </section>
          <Tabs
            className="weft-tabs"
            activeKey={choiceOf(view, 'tab', TABS) ?? 'providers'}
            onChange={(tab) =>
              setView({
                tab: tab === 'providers' ? undefined : tab,
                page: undefined,
                sort: undefined,
                keyword: undefined,
                columns: undefined,
              })
            }
            destroyOnHidden
            items={[
              {
                key: 'providers',
                label: t('service.tab-providers'),
                children: (
                  <ProvidersTab
                    serviceId={serviceId}
                    app={data?.app ?? ''}
                    count={data?.providerCount ?? 0}
                    consumers={data?.consumerCount ?? 0}
                  />
                ),
              },
              { key: 'consumers', label: t('service.tab-consumers'), children: <ConsumersTab serviceId={serviceId} /> },
              { key: 'rules', label: t('service.tab-rules'), children: <ServiceRulesTab serviceId={serviceId} /> },
              { key: 'traffic', label: t('service.tab-traffic'), children: <TrafficTab serviceId={serviceId} /> },
              {
                key: 'methods',
                label: t('service.tab-methods'),
                children: <MethodsTab serviceId={serviceId} app={data?.app.split(',')[0] ?? ''} />,
              },
            ]}
          />
        </>
      )}
    </Page>
  );
}

function BasicFacts({ service }: { readonly service: ServiceDetail }) {
  const { t, format } = useI18n();
  const list = (values: readonly string[]) => (values.length === 0 ? t('ui.none') : values.join(', '));
  return (
    <>
      {service.protectThreshold.active && (
        <Alert
          type="warning"
          showIcon
          className="weft-error"
          title={t('service.protect', { reason: service.protectThreshold.reason })}
        />
      )}
      <Facts
        columns={4}
        items={[
          [t('services.type'), service.type],
          [t('services.app'), service.app],
          [t('services.protocol'), service.protocol],
          [t('services.mesh'), <MeshTag key="mesh" mesh={service.mesh} />],
          [
            t('services.providers'),
            t('service.enabled-of', { enabled: service.enabledCount, all: service.providerCount }),
          ],
          [t('services.consumers'), format.integer(service.consumerCount)],
          [t('service.groups'), list(service.groups)],
          [t('service.zones'), list(service.zones)],
          [t('service.protect-threshold'), <ProtectThreshold key="protect" service={service} />],
        ]}
      />
    </>
  );
}
