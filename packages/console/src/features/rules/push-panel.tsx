import { Alert, Button, Skeleton, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type PushDetail, usePush, useRuleActions } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Figure, Figures } from '../../ui/figure.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { ServiceId } from '../../ui/service-id.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { useInstanceColumns } from './instance-columns.tsx';
import { useRuleKind } from './use-rule-kind.ts';

type Instance = PushDetail['dataIds'][number]['instances'][number];

/**
 * Which proxy has which version of the documents of a rule.
 *
 * @param off - the rule is off: the documents are in force without it
 */
export function PushPanel({ id, off }: { readonly id: number; readonly off: boolean }) {
  const { t, format } = useI18n();
  const report = useReport();
  const kind = useRuleKind();
  const columns = useInstanceColumns<Instance>((row) => (
    <>
      {' · '}
      <InnerLink className="weft-in-text" to="/explain" search={{ proxy: row.proxyId }}>
        {t('push.try')}
      </InnerLink>
    </>
  ));
  const { data, error, refetch } = usePush(kind.segment, id);
  const { retryPush } = useRuleActions(kind.segment);
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  const retry = (): void =>
    void retryPush.mutateAsync(id).then(
      () => report.done(t('rules.push-retried')),
      (problem: unknown) => report.failed(problem),
    );
  return (
    <>
      <ErrorAlert error={error} />
      {off && <RuleOff waiting={data.acked < data.target} target={data.target} />}
      {data.frozen !== undefined && (
        <Alert
          type="warning"
          showIcon
          className="weft-error"
          title={t('rules.push-frozen')}
          description={t('rules.push-frozen-by', {
            operator: data.frozen.operator,
            since: format.time(data.frozen.since),
            until: format.time(data.frozen.until),
            reason: data.frozen.reason,
          })}
        />
      )}
      <div className="weft-toolbar weft-toolbar-flat">
        <Figures>
          <Figure label={t('push.target')} value={data.target} />
          <Figure label={t('push.acked')} value={data.acked} />
          <Figure
            label={t('push.rejected')}
            value={data.rejected}
            {...(data.rejected > 0 ? { tone: 'bad' as const } : {})}
          />
          <Figure label={t('push.pending')} value={data.pending} />
          <Figure label={t('push.last')} value={<span className="weft-small">{format.time(data.lastPushAt)}</span>} />
        </Figures>
        <Guarded needs={kind.needs('publish')}>
          <Button onClick={retry} loading={busyIcon(retryPush.isPending)} disabled={data.acked === data.target}>
            {t('rules.retry-push')}
          </Button>
        </Guarded>
      </div>
      <p className="weft-muted">{t('push.hint')}</p>
      {data.target === 0 && <NothingHere title={t('push.nobody')} hint={t('push.nobody-hint')} />}
      {data.dataIds.map((document) => (
        <section key={document.dataId} className="weft-section">
          <h2 className="weft-section-title">{t('push.document', { version: document.version })}</h2>
          <code className="weft-data-id">
            <ServiceId id={document.dataId} />
          </code>
          {data.target > 0 && (
            <Table<Instance>
              size="small"
              rowKey={(row) => row.proxyId}
              dataSource={[...document.instances]}
              pagination={document.instances.length > 20 ? { pageSize: 20, size: 'small' } : false}
              columns={[
                columns.instance,
                columns.result,
                {
                  key: 'version',
                  title: t('push.has-version'),
                  align: 'right',
                  className: 'weft-whole',
                  render: (_, row) =>
                    row.version === row.sentVersion ? row.version : `${row.version} → ${row.sentVersion}`,
                },
                columns.at,
                {
                  key: 'elapsed',
                  title: t('push.elapsed'),
                  align: 'right',
                  render: (_, row) => format.milliseconds(row.elapsedMs),
                },
              ]}
            />
          )}
        </section>
      ))}
    </>
  );
}

/** Of a rule that is off there is nothing to push, but for proxies that have not heard yet: they may still apply it. */
function RuleOff({ waiting, target }: { readonly waiting: boolean; readonly target: number }) {
  const { t } = useI18n();
  const hint = waiting ? 'push.rule-off-waiting' : target === 0 ? 'push.rule-off-nobody' : 'push.rule-off-hint';
  return (
    <Alert
      type={waiting ? 'warning' : 'info'}
      showIcon
      className="weft-error"
      title={t('push.rule-off')}
      description={t(hint)}
    />
  );
}
