import { useI18n } from '../../i18n/index.ts';
import { type Consumer, consumerList } from '../../services/mesh-services.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';

export function ConsumersTab({ serviceId }: { readonly serviceId: string }) {
  const { t, format } = useI18n();
  const list = consumerList(serviceId);
  const columns: readonly Column<Consumer>[] = [
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
    { key: 'app', title: t('services.app'), sort: 'app', render: (row) => row.app, value: (row) => row.app },
    { key: 'zone', title: t('provider.zone'), hidden: true, render: (row) => row.zone, value: (row) => row.zone },
    {
      key: 'lastCallAt',
      title: t('service.last-call'),
      render: (row) => format.time(row.lastCallAt),
      value: (row) => row.lastCallAt,
    },
  ];
  return (
    <DataTable
      label={t('service.tab-consumers')}
      queryKey={list.key}
      read={list.read}
      columns={columns}
      rowKey={(row) => `${row.ip} ${row.app} ${row.proxyId}`}
      exportName={`consumers-${serviceId}`}
      empty={<NothingHere title={t('service.consumers-empty')} hint={t('service.consumers-empty-hint')} />}
    />
  );
}
