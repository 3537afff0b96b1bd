import { Button, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type RecordedRow, useRecentRequests } from '../../services/records.ts';
import { verdictKey } from '../../ui/answers-instead.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { kindOf, kindText } from '../../ui/rule-kinds/index.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { numberOf, textOf, useView } from '../../ui/url-state.ts';
import { answerText } from './answer-text.ts';

/** Requests that rules did something to lately; of one app or one rule when the address says so. */
export function RecentRequests({ onFollow }: { readonly onFollow: (traceId: string) => void }) {
  const { t, format } = useI18n();
  const [view] = useView();
  const app = textOf(view, 'app');
  const rule = numberOf(view, 'rule', 0);
  const { data, error } = useRecentRequests({
    ...(app === undefined ? {} : { app }),
    ...(rule === 0 ? {} : { ruleDbId: rule }),
  });
  return (
    <section className="weft-card weft-card-padded" aria-label={t('trace.recent')}>
      <h2 className="weft-card-title">{t('trace.recent')}</h2>
      <ErrorAlert error={error} />
      {data !== undefined && (
        <Table
          size="small"
          rowKey={(row) => `${row.proxyId} ${row.direction} ${row.at} ${row.traceId}`}
          dataSource={[...data.items]}
          pagination={data.items.length > 10 ? { pageSize: 10, size: 'small' } : false}
          locale={{ emptyText: <NothingHere title={t('trace.recent-none')} hint={t('trace.none-hint')} /> }}
          className="weft-recent-requests"
          columns={[
            { key: 'at', title: t('trace.time'), render: (_, row) => format.time(row.at) },
            {
              key: 'trace',
              title: t('trace.id'),
              render: (_, row) =>
                row.traceId === '-' ? (
                  <span className="weft-muted">{t('trace.without-id')}</span>
                ) : (
                  <Button type="link" size="small" onClick={() => onFollow(row.traceId)}>
                    {row.traceId}
                  </Button>
                ),
            },
            {
              key: 'proxy',
              title: t('trace.proxy'),
              render: (_, row) => (
                <InnerLink to="/proxies" search={{ proxy: row.proxyId }}>
                  {row.proxy}
                </InnerLink>
              ),
            },
            // In one column: there are many, and names and paths want room.
            {
              key: 'caller',
              title: t('trace.caller-method'),
              render: (_, row) => (
                <>
                  {row.sourceApp || row.sourceIp}
                  <div className="weft-muted weft-small weft-break">
                    {`${row.method} ${row.path}`.trimEnd() || t('trace.method-unknown')}
                  </div>
                </>
              ),
            },
            {
              key: 'service',
              title: t('trace.service'),
              render: (_, row) => (
                <span className="weft-break">
                  <ServiceId id={row.service} />
                </span>
              ),
            },
            {
              key: 'verdict',
              title: t('trace.verdict'),
              className: 'weft-whole',
              render: (_, row) => t(verdictKey(row)),
            },
            { key: 'rule', title: t('trace.rule'), render: (_, row) => <DecidingRule row={row} /> },
            { key: 'status', title: t('trace.status'), render: (_, row) => answerText(row, t) },
          ]}
        />
      )}
    </section>
  );
}

/** The rule that the verdict is of, and its type; one that is not there any more has no page to lead to. */
function DecidingRule({ row }: { readonly row: RecordedRow }) {
  const { t, format, language } = useI18n();
  const { ruleDbId, ruleName, refusedBy } = row;
  if (ruleDbId === null) return null;
  const kind = kindOf(refusedBy);
  const name = nameOrId(ruleName ?? '', ruleDbId);
  return (
    <div className="weft-break">
      {ruleName === undefined || kind === undefined ? (
        name
      ) : (
        <InnerLink to={`/rules/${kind.segment}/${ruleDbId}`}>{name}</InnerLink>
      )}
      <div className="weft-muted weft-small">
        {kind === undefined ? refusedBy : kindText(kind, 'title', { t, format, language })}
      </div>
    </div>
  );
}
