import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { methodList, type ServiceMethod } from '../../services/mesh-services.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { SearchFilter } from '../../ui/filter-inputs.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { textOf, useView } from '../../ui/url-state.ts';

/** Methods of a service, by what providers registered and what was called; a rule for one of them. */
export function MethodsTab({ serviceId, app }: { readonly serviceId: string; readonly app: string }) {
  const { t, format } = useI18n();
  const [view] = useView();
  const navigate = useNavigate();
  const keyword = textOf(view, 'keyword');
  const list = methodList(serviceId, keyword === undefined ? {} : { keyword });
  const columns: readonly Column<ServiceMethod>[] = [
    {
      key: 'method',
      title: t('service.method'),
      sort: 'method',
      render: (row) => <code>{row.method}</code>,
      value: (row) => row.method,
    },
    {
      key: 'source',
      title: t('service.method-source'),
      sort: 'source',
      render: (row) => t(`service.method-${row.source}`),
      value: (row) => row.source,
    },
    {
      key: 'lastCallAt',
      title: t('service.last-call'),
      sort: 'lastCallAt',
      render: (row) => format.time(row.lastCallAt),
      value: (row) => row.lastCallAt,
    },
    {
      key: 'actions',
      title: t('provider.actions'),
      render: (row) => (
        <Guarded needs="mesh:rule-limit:write">
          <Button
            type="link"
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() =>
              void navigate({
                to: '/rules/limit/new' as never,
                search: { service: serviceId, app, direction: 'SERVER', method: row.method } as never,
              })
            }
          >
            {t('service.limit-method')}
          </Button>
        </Guarded>
      ),
    },
  ];
  return (
    <DataTable
      label={t('service.tab-methods')}
      queryKey={list.key}
      read={list.read}
      columns={columns}
      rowKey={(row) => row.method}
      exportName={`methods-${serviceId}`}
      filters={<SearchFilter name="keyword" label={t('service.method-search')} />}
      empty={
        <NothingHere
          title={t(keyword === undefined ? 'service.methods-empty' : 'service.methods-none-fits')}
          hint={t('service.methods-empty-hint')}
        />
      }
    />
  );
}
