import { App, Drawer, Skeleton, Switch, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type AuthLists, useAuthLists, useSwitchAuthLists } from '../../services/rule-states.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { serverTexts } from '../../ui/server-text.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { choiceOf, useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** The switches of whitelists and blacklists; open when the address says so. */
export function AuthListsDrawer() {
  const { t } = useI18n();
  const [view, setView] = useView();
  const open = choiceOf(view, 'drawer', ['lists']) !== undefined;
  const { data, error, refetch } = useAuthLists(open);
  return (
    <Drawer
      open={open}
      title={t('lists.title')}
      aria-label={t('lists.title')}
      size={760}
      destroyOnHidden
      onClose={() => setView({ drawer: undefined })}
    >
      <p className="weft-muted">{t('lists.hint')}</p>
      <ErrorAlert error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton active />}
      {data?.items.length === 0 && <NothingHere title={t('lists.empty')} />}
      {data !== undefined && data.items.length > 0 && <ListTable items={data.items} />}
    </Drawer>
  );
}

function ListTable({ items }: { readonly items: readonly AuthLists[] }) {
  const { t, language } = useI18n();
  const sides = [
    { key: 'white', field: 'whiteListEnabled', rules: 'whiteListRules' },
    { key: 'black', field: 'blackListEnabled', rules: 'blackListRules' },
  ] as const;
  return (
    <Table<AuthLists>
      size="small"
      rowKey={(row) => `${row.app} ${row.service}`}
      dataSource={[...items]}
      pagination={items.length > 20 ? { pageSize: 20, size: 'small' } : false}
      columns={[
        { key: 'app', title: t('lists.app'), render: (_, row) => row.app },
        {
          key: 'service',
          title: t('lists.service'),
          render: (_, row) => (
            <>
              {row.service === '*' ? t('lists.whole-app') : <ServiceId id={row.service} />}
              {serverTexts(row.warnings, row.warningMessages, language).map((warning) => (
                <div key={warning} className="weft-warning weft-small">
                  {warning}
                </div>
              ))}
            </>
          ),
        },
        ...sides.map(({ key, field, rules }) => ({
          key,
          title: t(`lists.${key}`),
          width: 130,
          render: (_: unknown, row: AuthLists) => (
            <>
              <ListSwitchButton row={row} side={key} field={field} rules={row[rules]} />
              <div className="weft-muted weft-small">{t('lists.rules', { count: row[rules] })}</div>
            </>
          ),
        })),
      ]}
    />
  );
}

interface ListSwitchButtonProps {
  readonly row: AuthLists;
  readonly side: 'white' | 'black';
  readonly field: 'whiteListEnabled' | 'blackListEnabled';
  /** Rules of the list that are on. */
  readonly rules: number;
}

function ListSwitchButton({ row, side, field, rules }: ListSwitchButtonProps) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const change = useSwitchAuthLists();
  const { app } = row;
  const service = row.service === '*' ? t('lists.whole-app') : row.service;
  const ask = (on: boolean): void => {
    modal.confirm({
      title: t(on ? 'lists.on-title' : 'lists.off-title'),
      content: t('lists.effect', { list: t(`lists.${side}`), app, service, count: rules }),
      okText: t('ui.ok'),
      onOk: () =>
        change.mutateAsync({ app, service: row.service, [field]: on }).then(
          () => report.done(t('lists.done')),
          (problem: unknown) => report.failed(problem),
        ),
    });
  };
  return (
    <Guarded needs={kind.needs('publish')}>
      <Switch
        size="small"
        aria-label={t(`lists.switch-${side}`, { app, service })}
        checked={row[field]}
        loading={change.isPending}
        onChange={ask}
      />
    </Guarded>
  );
}
