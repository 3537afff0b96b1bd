import { Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { SidecarDetail } from '../../services/proxies.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { ServiceId } from '../../ui/service-id.tsx';

const link = (dataId: string) => (
  <InnerLink to={`/services/${encodeURIComponent(dataId)}`}>
    <ServiceId id={dataId} />
  </InnerLink>
);

export function RegistryTab({ proxy }: { readonly proxy: SidecarDetail }) {
  const { t } = useI18n();
  return (
    <>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('proxy.publications')}</h2>
        <Table
          size="small"
          rowKey={(row) => `${row.dataId} ${row.address}`}
          dataSource={[...proxy.publications]}
          pagination={proxy.publications.length > 10 ? { pageSize: 10, size: 'small' } : false}
          locale={{ emptyText: t('proxy.no-publications') }}
          columns={[
            { key: 'dataId', title: t('services.id'), render: (_, row) => link(row.dataId) },
            { key: 'address', title: t('proxy.address'), render: (_, row) => row.address },
            { key: 'protocol', title: t('services.protocol'), render: (_, row) => row.protocol },
          ]}
        />
      </section>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('proxy.subscriptions')}</h2>
        <Table
          size="small"
          rowKey={(row) => row.dataId}
          dataSource={[...proxy.subscriptions]}
          pagination={proxy.subscriptions.length > 10 ? { pageSize: 10, size: 'small' } : false}
          locale={{ emptyText: t('proxy.no-subscriptions') }}
          columns={[
            { key: 'dataId', title: t('services.id'), render: (_, row) => link(row.dataId) },
            { key: 'endpoints', title: t('proxy.endpoints'), align: 'right', render: (_, row) => row.endpoints },
          ]}
        />
      </section>
    </>
  );
}
