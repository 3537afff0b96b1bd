import type { BacktestRow } from '@weft/api';
import { conditionInWords } from '@weft/api/rules';
import { Alert, Button, Table } from 'antd';
import { joinSentences, useI18n } from '../../i18n/index.ts';
import { type BacktestResult, useBacktest } from '../../services/records.ts';
import { ruleOfForm } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Figure, Figures } from '../../ui/figure.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import type { FormObject } from '../../ui/schema-form/index.ts';
import { serverTexts } from '../../ui/server-text.ts';
import { effectsOf } from './effect-words.ts';
import { useRuleKind } from './use-rule-kind.ts';

const MINUTES = 10;

interface BacktestCardProps {
  readonly rule: FormObject;
  /** Whether the form is complete. */
  readonly valid: boolean;
}

/** What the rule of the form would have done with the requests that the proxies remember. */
export function BacktestCard({ rule, valid }: BacktestCardProps) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const backtest = useBacktest();
  const play = (): void => {
    backtest.mutate({ rule: ruleOfForm({ ...rule, type: kind.type }), minutes: MINUTES });
  };
  return (
    <section className="weft-card weft-card-padded weft-preview" aria-label={t('backtest.title')} aria-live="polite">
      <h2 className="weft-card-title">{t('backtest.title')}</h2>
      <p className="weft-muted">{t('backtest.hint')}</p>
      <Guarded needs={kind.needs('write')}>
        <Button disabled={!valid} loading={busyIcon(backtest.isPending)} onClick={play}>
          {t('backtest.go')}
        </Button>
      </Guarded>
      <ErrorAlert error={backtest.error} />
      {backtest.data !== undefined && (
        // The form may say something else by now.
        <Played result={backtest.data} spec={Object(backtest.variables?.rule.spec)} />
      )}
    </section>
  );
}

function Played({ result, spec }: { readonly result: BacktestResult; readonly spec: object }) {
  const { t, format, language } = useI18n();
  const { segment } = useRuleKind();
  const { requests, sampled, matched, exact, margin, refusedThen } = result;
  const effects = effectsOf(segment, spec, result);
  // Of the requests that the rule is for: those of others say nothing about it.
  const share = (count: number): string => format.percent(matched === 0 ? 0 : (100 * count) / matched);
  const warnings = [
    ...serverTexts(result.warnings, result.warningMessages, language),
    ...result.silent.map(({ proxy, reason }) => t('trace.silent', { proxy, reason })),
  ];
  return (
    <div className="weft-backtest">
      {warnings.length > 0 && <Alert type="warning" showIcon className="weft-error" title={joinSentences(warnings)} />}
      {requests === 0 ? (
        <p>{t('backtest.none')}</p>
      ) : (
        <>
          <Figures>
            <Figure label={t('backtest.requests')} value={format.integer(requests)} />
            <Figure label={t('backtest.matched')} value={format.integer(matched)} />
            {effects.map(({ of, title }) => (
              <Figure
                key={of}
                label={t(title)}
                value={`${format.integer(result[of])} (${share(result[of])})`}
                {...(of === 'rejected' && result.rejected > 0 ? { tone: 'bad' as const } : {})}
              />
            ))}
          </Figures>
          <p className="weft-muted">
            {t('backtest.window', { from: format.time(result.from), to: format.time(result.to) })}
            <br />
            {joinSentences([
              exact
                ? t('backtest.exact')
                : t('backtest.estimate', {
                    sampled: format.integer(sampled),
                    requests: format.integer(requests),
                    margin: format.integer(margin),
                  }),
              refusedThen > 0 ? t('backtest.refused-then', { count: format.integer(refusedThen) }) : '',
            ])}
          </p>
          {result.groups.length > 0 && (
            <p>
              {t('backtest.groups')}:{' '}
              {result.groups.map(({ labels, requests: count }) => `${labels} ${format.integer(count)}`).join(', ')}
            </p>
          )}
          {matched === 0 && (
            <ul className="weft-preview-warnings">
              {result.unmatched.map(({ condition, value, requests: count }) => (
                <li key={condition}>
                  {t('backtest.unmatched', {
                    condition: conditionInWords(condition, language),
                    count: format.integer(count),
                    value: value === '' ? t('explain.nothing') : value,
                  })}
                </li>
              ))}
            </ul>
          )}
          <Table
            size="small"
            className="weft-backtest-rows"
            tableLayout="fixed"
            rowKey={(row) => `${row.caller} ${row.service} ${row.method}`}
            dataSource={[...result.rows]}
            pagination={result.rows.length > 10 ? { pageSize: 10, size: 'small' } : false}
            columns={[
              // In one column: the card is narrow.
              {
                key: 'caller',
                title: t('trace.caller-method'),
                render: (_, row) => (
                  <>
                    {row.caller || t('backtest.other-methods')}
                    {row.caller !== '' && (
                      <div className="weft-muted weft-small" title={row.service}>
                        {row.method || t('trace.method-unknown')}
                      </div>
                    )}
                  </>
                ),
              },
              {
                key: 'requests',
                title: t('backtest.requests'),
                align: 'right',
                width: 84,
                render: (_, row) => format.integer(row.requests),
              },
              ...effects.map(({ of, title }) => ({
                key: of,
                title: t(title),
                align: 'right' as const,
                width: 92,
                render: (_: unknown, row: BacktestRow) => format.integer(row[of]),
              })),
            ]}
          />
        </>
      )}
    </div>
  );
}
