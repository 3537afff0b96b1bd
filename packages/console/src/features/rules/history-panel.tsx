import { App, Button, Select, Skeleton, Tag, Timeline } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useRuleActions, useVersionDiff, useVersions } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { numberOf, useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { whoText } from '../../ui/who-text.ts';
import { DiffTable } from './diff-table.tsx';
import { useRuleKind } from './use-rule-kind.ts';

interface HistoryPanelProps {
  readonly id: number;
  readonly name: string;
  readonly current: number;
  readonly direction: 'SERVER' | 'CLIENT';
}

/** Versions of a rule: who, when, why; what any two differ in; and the way back. */
export function HistoryPanel({ id, name, current, direction }: HistoryPanelProps) {
  const { t, format } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const [view, setView] = useView();
  const kind = useRuleKind();
  const { data, error, refetch } = useVersions(kind.segment, id);
  const { rollback } = useRuleActions(kind.segment);
  const versions = data?.items ?? [];
  const newest = versions[0]?.version ?? current;
  const to = numberOf(view, 'to', newest);
  const from = numberOf(view, 'from', Math.max(1, newest - 1));
  const diff = useVersionDiff(kind.segment, id, versions.length > 1 ? from : null, versions.length > 1 ? to : null);

  const ask = (version: number): void => {
    modal.confirm({
      title: t('history.roll-back-title', { name, version }),
      content: t('history.roll-back-hint', { version }),
      okText: t('ui.ok'),
      onOk: () =>
        rollback.mutateAsync({ id, to: version, comment: '' }).then(
          () => {
            setView({ from: undefined, to: undefined });
            report.done(t('history.rolled-back', { name, version }));
          },
          (problem: unknown) => report.failed(problem),
        ),
    });
  };
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  /** What was only switched since has the content that there is now: nothing to go back to. */
  const changedAt = versions.findIndex(({ operation }) => operation !== 'enable' && operation !== 'disable');
  const isAsNow = (at: number): boolean => at <= changedAt;
  const options = versions.map(({ version }) => ({ value: version, label: t('history.version', { version }) }));
  return (
    <>
      {versions.length > 1 && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('history.compare')}</h2>
          <div className="weft-compare">
            <Select
              aria-label={t('history.from')}
              value={from}
              options={options}
              onChange={(value) => setView({ from: value })}
            />
            <span aria-hidden>→</span>
            <Select
              aria-label={t('history.to')}
              value={to}
              options={options}
              onChange={(value) => setView({ to: value })}
            />
          </div>
          <ErrorAlert error={diff.error} />
          {from === to ? (
            <p className="weft-muted">{t('history.same')}</p>
          ) : (
            diff.data !== undefined && (
              <DiffTable changes={diff.data.changes} empty={t('history.same')} direction={direction} />
            )
          )}
        </section>
      )}
      <Timeline
        className="weft-history"
        items={versions.map((version, at) => ({
          key: version.version,
          color: version.version === newest ? 'blue' : 'gray',
          content: (
            <div className="weft-history-row">
              <div>
                <strong>{t('history.version', { version: version.version })}</strong>{' '}
                {version.version === newest && <Tag color="processing">{t('history.current')}</Tag>}
                <div className="weft-muted">
                  {whoText(version.by, t)} · {t(`history.op-${version.operation}`)} · {format.time(version.at)}
                </div>
                {version.comment !== '' && <div>{version.comment}</div>}
              </div>
              {version.version !== newest && isAsNow(at) && <span className="weft-muted">{t('history.as-now')}</span>}
              {!isAsNow(at) && version.operation !== 'delete' && (
                <Guarded needs={kind.needs('publish')}>
                  <Button size="small" onClick={() => ask(version.version)}>
                    {t('history.roll-back')}
                  </Button>
                </Guarded>
              )}
            </div>
          ),
        }))}
      />
    </>
  );
}
