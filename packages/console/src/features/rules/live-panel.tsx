import { App, Button, Table } from 'antd';
import type { ReactNode } from 'react';
import { joinSentences, type Translate, useI18n } from '../../i18n/index.ts';
import {
  type IsolatedInstance,
  useBreakers,
  useIsolated,
  useReleaseIsolated,
  useResetBreakers,
} from '../../services/rule-states.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { isolationReason } from '../../ui/isolation-reason.ts';
import { nameOrId } from '../../ui/name-or-id.ts';
import { ResourceName } from '../../ui/resource-name.tsx';
import { partsOfResource } from '../../ui/resource-parts.ts';
import { proxyText } from '../../ui/server-text.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { useRuleKind } from './use-rule-kind.ts';

const PAGE = 5;

/** Something that a rule does at one proxy now, and how to end it by hand. */
interface LiveRow {
  readonly key: string;
  readonly ruleDbId: number;
  readonly rule: string;
  readonly proxyId: string;
  readonly proxy: string;
  readonly what: ReactNode;
  readonly tone: Tone;
  readonly state: string;
  /** What else there is to say of the state. */
  readonly more?: string;
  readonly until: string | null;
  readonly figures: string;
  /** What is asked before it is ended. */
  readonly question: string;
  /** Null: there is nothing to end yet. */
  readonly end: (() => Promise<number>) | null;
}

/** What rules of a type do at the proxies now: open circuit breakers, or isolated instances. */
export function LivePanel({ segment }: { readonly segment: 'fuse' | 'isolate' }) {
  return segment === 'fuse' ? <OpenBreakers /> : <IsolatedInstances />;
}

function OpenBreakers() {
  const { t, format } = useI18n();
  const { data, error } = useBreakers(null);
  const reset = useResetBreakers();
  const open = data?.items.filter(({ state }) => state !== 'CLOSED');
  const rows = open?.map(
    (row): LiveRow => ({
      key: `${row.proxyId} ${row.ruleDbId} ${row.resource}`,
      ruleDbId: row.ruleDbId,
      rule: row.name,
      proxyId: row.proxyId,
      proxy: `${row.app} ${row.ip}`,
      what: <ResourceName resource={row.resource} />,
      tone: row.mode === 'OBSERVE' ? 'off' : row.state === 'OPEN' ? 'bad' : 'warning',
      state: `${t(`breakers.state-${row.state}`)}${row.mode === 'OBSERVE' ? ` (${t('rules.mode-OBSERVE')})` : ''}`,
      until: row.until,
      figures: `${format.integer(row.window['errors'] ?? 0)}/${format.integer(row.window['total'] ?? 0)}`,
      question: t('live.close-hint', { what: partsOfResource(row.resource).name, proxy: `${row.app} ${row.ip}` }),
      end: async () => {
        const { ruleDbId, resource, proxyId } = row;
        return (await reset.mutateAsync({ ruleDbId, resource, proxyId })).items.length;
      },
    }),
  );
  return (
    <LiveCard
      title={t('live.breakers')}
      none={t('live.no-breaker')}
      act={t('live.close')}
      rows={rows}
      answer={data}
      error={error}
    />
  );
}

function IsolatedInstances() {
  const { t, format } = useI18n();
  const { data, error } = useIsolated();
  const release = useReleaseIsolated();
  const rows = data?.items.map(
    (row): LiveRow => ({
      key: `${row.proxyId} ${row.ruleDbId} ${row.service} ${row.host}`,
      ruleDbId: row.ruleDbId,
      rule: row.name,
      proxyId: row.proxyId,
      proxy: `${row.app} ${row.ip}`,
      what: (
        <>
          <code>{row.host}</code>
          <div className="weft-muted weft-small">
            <ServiceId id={row.service} />
          </div>
        </>
      ),
      tone: row.mode === 'OBSERVE' ? 'off' : row.state === 'ISOLATED' ? 'bad' : 'warning',
      state: `${t(`live.state-${row.state}`)}${row.mode === 'OBSERVE' ? ` (${t('rules.mode-OBSERVE')})` : ''}`,
      more: isolatedMore(row, t),
      until: row.state === 'ASKING' ? null : row.until,
      figures: `${format.integer(row.exceptions)}/${format.integer(row.calls)}`,
      question: t(row.direction === 'SERVER' ? 'live.release-own-hint' : 'live.release-hint', {
        host: row.host,
        proxy: `${row.app} ${row.ip}`,
      }),
      end:
        row.state === 'ASKING'
          ? null
          : async () => {
              const { ruleDbId, host, proxyId } = row;
              return (await release.mutateAsync({ ruleDbId, host, proxyId })).items.length;
            },
    }),
  );
  return (
    <LiveCard
      title={t('live.isolated')}
      none={t('live.no-isolated')}
      act={t('live.release')}
      rows={rows}
      answer={data}
      error={error}
    />
  );
}

/** Who leaves an instance out, where it is not this proxy alone; why one that asks stays in. */
function isolatedMore({ state, direction, reason }: IsolatedInstance, t: Translate): string {
  if (state === 'ASKING') return isolationReason(reason, t);
  return direction === 'SERVER' ? t('live.for-all') : '';
}

interface LiveCardProps {
  readonly title: string;
  readonly none: string;
  readonly act: string;
  readonly rows: readonly LiveRow[] | undefined;
  readonly answer: { readonly asked: number; readonly silent: readonly { readonly reason: string }[] } | undefined;
  readonly error: unknown;
}

function LiveCard({ title, none, act, rows, answer, error }: LiveCardProps) {
  const { t, format, language } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const ask = (row: LiveRow): void => {
    modal.confirm({
      title: `${act}: ${row.rule}`,
      content: row.question,
      okText: act,
      onOk: () =>
        row.end?.().then(
          (count) => (count === 0 ? report.done(t('live.gone')) : report.done(t('live.done'))),
          (problem: unknown) => report.failed(problem),
        ),
    });
  };
  const silent = answer?.silent ?? [];
  return (
    <section className="weft-card weft-live" aria-label={title}>
      <div className="weft-live-head">
        <h2 className="weft-section-title">{title}</h2>
        {rows?.length === 0 && (
          <span className="weft-muted">{joinSentences([none, t('live.asked', { count: answer?.asked ?? 0 })])}</span>
        )}
        {silent.length > 0 && (
          <span className="weft-warning weft-small">
            {t('breakers.silent', { count: silent.length, reason: proxyText(silent[0]?.reason ?? '', language) })}
          </span>
        )}
      </div>
      <ErrorAlert error={error} />
      {rows !== undefined && rows.length > 0 && (
        <Table<LiveRow>
          size="small"
          rowKey={(row) => row.key}
          dataSource={[...rows]}
          tableLayout="fixed"
          pagination={rows.length > PAGE ? { pageSize: PAGE, size: 'small' } : false}
          columns={[
            {
              key: 'rule',
              title: t('rules.name'),
              render: (_, row) => (
                <InnerLink to={`${kind.address}/${row.ruleDbId}`}>{nameOrId(row.rule, row.ruleDbId)}</InnerLink>
              ),
            },
            {
              key: 'proxy',
              title: t('live.at'),
              render: (_, row) => (
                <InnerLink to="/proxies" search={{ proxy: row.proxyId }}>
                  {row.proxy}
                </InnerLink>
              ),
            },
            { key: 'what', title: t('live.what'), width: '30%', render: (_, row) => row.what },
            {
              key: 'state',
              title: t('breakers.state'),
              render: (_, row) => (
                <>
                  <Status tone={row.tone}>{row.state}</Status>
                  {row.more !== undefined && row.more !== '' && <div className="weft-muted weft-small">{row.more}</div>}
                  {row.until !== null && (
                    <div className="weft-muted weft-small">
                      {t('breakers.until', { time: format.clock(row.until) })}
                    </div>
                  )}
                </>
              ),
            },
            { key: 'calls', title: t('breakers.calls'), align: 'right', width: 130, render: (_, row) => row.figures },
            {
              key: 'actions',
              title: t('rules.actions'),
              width: 110,
              render: (_, row) =>
                row.end !== null && (
                  <Guarded needs={kind.needs('publish')}>
                    <Button size="small" onClick={() => ask(row)}>
                      {act}
                    </Button>
                  </Guarded>
                ),
            },
          ]}
        />
      )}
    </section>
  );
}
