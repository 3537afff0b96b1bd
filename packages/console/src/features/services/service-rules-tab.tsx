import { useI18n } from '../../i18n/index.ts';
import { type AnyRule, serviceRuleList } from '../../services/mesh-services.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { PushState } from '../../ui/push-state.tsx';
import { pushInWords } from '../../ui/push-summary.ts';
import { RolloutState } from '../../ui/rollout-state.tsx';
import { KINDS, kindText, ruleAddress, ruleInWords, rulesAddress } from '../../ui/rule-kinds/index.ts';
import { Status } from '../../ui/status.tsx';

export function ServiceRulesTab({ serviceId }: { readonly serviceId: string }) {
  const { t, format, language } = useI18n();
  const words = { t, format, language };
  const typeOf = (row: AnyRule): string => {
    const kind = KINDS.find((known) => known.type === row.type);
    return kind === undefined ? row.type : kindText(kind, 'title', words);
  };
  const list = serviceRuleList(serviceId);
  const columns: readonly Column<AnyRule>[] = [
    {
      key: 'name',
      title: t('rules.name'),
      render: (row) => (
        <InnerLink to={ruleAddress(row.type, row.ruleDbId)} className="weft-name">
          {nameOrId(row.name, row.ruleDbId)}
        </InnerLink>
      ),
      value: (row) => row.name,
    },
    { key: 'type', title: t('rules.type'), render: typeOf, value: typeOf },
    { key: 'app', title: t('rules.app'), render: (row) => row.app, value: (row) => row.app },
    {
      key: 'direction',
      title: t('rules.direction'),
      render: (row) => t(`rules.direction-${row.direction}`),
      value: (row) => t(`rules.direction-${row.direction}`),
    },
    {
      key: 'limit',
      title: t('kind.any-summary'),
      render: (row) =>
        ruleInWords(
          KINDS.find((kind) => kind.type === row.type),
          row.spec,
          words,
        ),
    },
    {
      key: 'mode',
      title: t('rules.mode'),
      render: (row) => t(`rules.mode-${row.mode}`),
      value: (row) => t(`rules.mode-${row.mode}`),
    },
    {
      key: 'enabled',
      title: t('rules.state'),
      render: (row) =>
        row.rollout === null ? (
          <Status tone={row.enabled ? 'good' : 'off'}>{t(row.enabled ? 'rules.on' : 'rules.off')}</Status>
        ) : (
          <InnerLink to={rulesAddress(row.type)} search={{ drawer: 'rollout', rule: row.ruleDbId }}>
            <RolloutState rollout={row.rollout} enabled={row.enabled} />
          </InnerLink>
        ),
      value: (row) => t(row.enabled ? 'rules.on' : 'rules.off'),
    },
    {
      key: 'push',
      title: t('rules.push'),
      render: (row) => <PushState push={row.push} enabled={row.enabled} rollout={row.rollout} />,
      value: (row) => pushInWords(row.push, row.enabled, row.rollout, t),
    },
    {
      key: 'hits',
      title: t('rules.hits'),
      note: t('rules.hits-time'),
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
