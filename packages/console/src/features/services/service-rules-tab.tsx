import { useI18n } from '../../i18n/index.ts';
import { type LimitRule, serviceRuleList } from '../../services/mesh-services.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { limitInWords } from '../../ui/limit-text.ts';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { PushState } from '../../ui/push-state.tsx';
import { Status } from '../../ui/status.tsx';

export function ServiceRulesTab({ serviceId }: { readonly serviceId: string }) {
  const { t, format } = useI18n();
  const list = serviceRuleList(serviceId);
  const columns: readonly Column<LimitRule>[] = [
    {
      key: 'name',
      title: t('rules.name'),
      render: (row) => (
        <InnerLink to={`/rules/limit/${row.ruleDbId}`} className="weft-name">
          {row.name}
        </InnerLink>
      ),
      value: (row) => row.name,
    },
    { key: 'app', title: t('rules.app'), render: (row) => row.app, value: (row) => row.app },
    {
      key: 'direction',
      title: t('rules.direction'),
      render: (row) => t(`rules.direction-${row.direction}`),
      value: (row) => row.direction,
    },
    {
      key: 'methods',
      title: t('rules.methods'),
      render: (row) => row.methods.join(', '),
      value: (row) => row.methods.join(' '),
    },
    { key: 'limit', title: t('rules.limit'), render: (row) => limitInWords(row.spec, t, format) },
    { key: 'mode', title: t('rules.mode'), render: (row) => t(`rules.mode-${row.mode}`), value: (row) => row.mode },
    {
      key: 'enabled',
      title: t('rules.state'),
      render: (row) => <Status tone={row.enabled ? 'good' : 'off'}>{t(row.enabled ? 'rules.on' : 'rules.off')}</Status>,
      value: (row) => row.enabled,
    },
    {
      key: 'push',
      title: t('rules.push'),
      render: (row) => <PushState push={row.push} />,
      value: (row) => row.push.state,
    },
    {
      key: 'hits',
      title: t('rules.hits'),
      align: 'right',
      render: (row) => format.integer(row.hits5m),
      value: (row) => row.hits5m,
    },
  ];
  return (
    <DataTable
      label={t('service.tab-rules')}
      queryKey={list.key}
      read={list.read}
      columns={columns}
      rowKey={(row) => row.ruleDbId}
      exportName={`rules-${serviceId}`}
      empty={<NothingHere title={t('service.rules-empty')} hint={t('service.rules-empty-hint')} />}
    />
  );
}
