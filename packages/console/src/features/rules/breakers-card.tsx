import { App, Button, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type Breaker, useBreakers, useResetBreakers } from '../../services/rule-states.ts';
import type { Rule } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { ResourceName } from '../../ui/resource-name.tsx';
import { proxyText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { useRuleKind } from './use-rule-kind.ts';

const TONES = { CLOSED: 'good', OPEN: 'bad', HALF_OPEN: 'warning' } as const;

/** The circuit breakers of a rule at the proxies, as they stand, and closing them by hand. */
export function BreakersCard({ rule }: { readonly rule: Rule }) {
  const { t, format, language } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const { data, error } = useBreakers(rule.ruleDbId);
  const reset = useResetBreakers();
  const items = data?.items ?? [];
  const silent = data?.silent ?? [];
  const ask = (): void => {
    modal.confirm({
      title: t('breakers.reset-title', { name: rule.name }),
      content: t('breakers.reset-hint'),
      okText: t('breakers.reset'),
      onOk: () =>
        reset.mutateAsync({ ruleDbId: rule.ruleDbId }).then(
          (answer) => report.done(t('breakers.reset-done', { count: answer.items.length })),
          (problem: unknown) => report.failed(problem),
        ),
    });
  };
  return (
    <section className="weft-card weft-card-padded weft-breakers" aria-label={t('breakers.title')}>
      <div className="weft-toolbar weft-toolbar-flat">
        <h2 className="weft-section-title">{t('breakers.title')}</h2>
        {items.some(({ state }) => state !== 'CLOSED') && (
          <Guarded needs={kind.needs('publish')}>
            <Button size="small" loading={busyIcon(reset.isPending)} onClick={ask}>
              {t('breakers.reset')}
            </Button>
          </Guarded>
        )}
      </div>
      <ErrorAlert error={error} />
      {data !== undefined && items.length === 0 && (
        <p>
          {t('breakers.none')}
          <span className="weft-muted weft-small"> {t('breakers.none-hint')}</span>
        </p>
      )}
      {items.length > 0 && (
        <Table<Breaker>
          size="small"
          rowKey={(row) => `${row.proxyId} ${row.resource} ${row.mode}`}
          dataSource={[...items]}
          pagination={items.length > 10 ? { pageSize: 10, size: 'small' } : false}
          tableLayout="fixed"
          columns={[
            {
              key: 'resource',
              title: t('breakers.resource'),
              render: (_, row) => (
                <>
                  <InnerLink to="/proxies" search={{ proxy: row.proxyId }}>
                    {row.app} {row.ip}
                  </InnerLink>
                  <div className="weft-muted weft-small weft-break">
                    <ResourceName resource={row.resource} />
                  </div>
                </>
              ),
            },
            {
              key: 'state',
              title: t('breakers.state'),
              width: 110,
              render: (_, row) => (
                <>
                  <Status tone={TONES[row.state]}>{t(`breakers.state-${row.state}`)}</Status>
                  {row.until !== null && (
                    <div className="weft-muted weft-small">
                      {t('breakers.until', { time: format.clock(row.until) })}
                    </div>
                  )}
                </>
              ),
            },
            {
              key: 'calls',
              title: t('breakers.calls'),
              align: 'right',
              width: 84,
              render: (_, row) =>
                `${format.integer(row.window['errors'] ?? 0)}/${format.integer(row.window['total'] ?? 0)}`,
            },
          ]}
        />
      )}
      {silent.length > 0 && (
        <p className="weft-warning weft-small">
          {t('breakers.silent', { count: silent.length, reason: proxyText(silent[0]?.reason ?? '', language) })}
        </p>
      )}
    </section>
  );
}
