import { Progress, Table } from 'antd';
import { isMessageKey, useI18n } from '../../i18n/index.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { meanOf, wholePoints } from '../../ui/points.ts';
import { ruleAddress, typeInWords } from '../../ui/rule-kinds/index.ts';
import { SeriesChart } from '../../ui/series-chart.tsx';
import { Status } from '../../ui/status.tsx';

interface Numbers {
  readonly requests: number;
  readonly rps: number;
  readonly rtMs: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorRatio: number;
  readonly rejected: number;
}

export function MainFigures({ of, p90Ms }: { readonly of: Numbers; readonly p90Ms?: number | null }) {
  const { t, format } = useI18n();
  return (
    <div className="weft-figures-even">
      <Figures>
        <Figure label={t('ui.requests')} value={format.integer(of.requests)} />
        <Figure label={t('ui.rps')} value={format.decimal(of.rps)} />
        <Figure
          label={t('ui.error-ratio')}
          value={format.percent(of.errorRatio)}
          {...(of.errorRatio > 5 ? { tone: 'bad' as const } : {})}
        />
        <Figure
          label={t('ui.rejected')}
          value={format.integer(of.rejected)}
          {...(of.rejected > 0 ? { tone: 'bad' as const } : {})}
        />
        <Figure label={t('ui.mean')} value={format.milliseconds(of.rtMs)} />
        <Figure label={t('ui.p50')} value={format.milliseconds(of.p50Ms)} />
        {p90Ms !== undefined && <Figure label={t('ui.p90')} value={format.milliseconds(p90Ms)} />}
        <Figure label={t('ui.p99')} value={format.milliseconds(of.p99Ms)} />
      </Figures>
    </div>
  );
}

const STATUS_COLOURS: Readonly<Record<string, string>> = {
  success: '#389e0d',
  error: '#cf1322',
  client_error: '#d46b08',
  server_error: '#cf1322',
  rejected: '#ad6800',
};

export function Statuses({
  statuses,
}: {
  readonly statuses: readonly { readonly class: string; readonly count: number }[];
}) {
  const { t, format } = useI18n();
  const all = statuses.reduce((sum, status) => sum + status.count, 0);
  if (all === 0) return null;
  return (
    <section className="weft-section">
      <h2 className="weft-section-title">{t('topology.statuses')}</h2>
      {statuses.map((status) => {
        const key = `topology.status-${status.class}`;
        const share = (100 * status.count) / all;
        return (
          <div key={status.class} className="weft-share">
            <span>{isMessageKey(key) ? t(key) : status.class}</span>
            <Progress
              percent={share}
              showInfo={false}
              size="small"
              strokeColor={STATUS_COLOURS[status.class] ?? '#595f6b'}
              aria-label={isMessageKey(key) ? t(key) : status.class}
            />
            <span className="weft-numbers">
              {format.integer(status.count)} <span className="weft-muted">({format.percent(share)})</span>
            </span>
          </div>
        );
      })}
    </section>
  );
}

export function Trend({
  points: all,
  stepSeconds,
}: {
  readonly points: readonly (Numbers & { readonly at: string })[];
  readonly stepSeconds: number;
}) {
  const { t, format } = useI18n();
  if (all.length === 0) return null;
  const points = wholePoints(all, stepSeconds);
  const at = points.map((point) => point.at);
  return (
    <section className="weft-section">
      <h2 className="weft-section-title">{t('topology.trend')}</h2>
      <SeriesChart
        title={t('ui.rps')}
        at={at}
        format={format.decimal}
        lines={[
          { name: t('ui.requests'), values: points.map((point) => point.rps) },
          { name: t('ui.rejected'), values: points.map((point) => point.rejected / stepSeconds), colour: '#cf1322' },
        ]}
      />
      <SeriesChart
        title={t('ui.rt')}
        at={at}
        format={format.milliseconds}
        lines={[
          { name: t('ui.mean'), values: points.map(meanOf) },
          { name: t('ui.p99'), values: points.map((point) => point.p99Ms) },
        ]}
      />
    </section>
  );
}

interface RuleLine {
  readonly ruleDbId: number;
  readonly type: string;
  readonly name: string;
  readonly mode: string;
  readonly enabled: boolean;
}

export function RuleLines({ rules }: { readonly rules: readonly RuleLine[] }) {
  const { t, format, language } = useI18n();
  if (rules.length === 0) return null;
  return (
    <section className="weft-section">
      <h2 className="weft-section-title">{t('topology.rules')}</h2>
      <Table<RuleLine>
        size="small"
        rowKey={(rule) => rule.ruleDbId}
        dataSource={[...rules]}
        pagination={false}
        columns={[
          {
            key: 'name',
            title: t('rules.name'),
            render: (_, rule) => (
              <InnerLink to={ruleAddress(rule.type, rule.ruleDbId)}>{nameOrId(rule.name, rule.ruleDbId)}</InnerLink>
            ),
          },
          {
            key: 'type',
            title: t('rules.type'),
            render: (_, rule) => typeInWords(rule.type, { t, format, language }),
          },
          {
            key: 'mode',
            title: t('rules.mode'),
            render: (_, rule) => (rule.mode === 'OBSERVE' ? t('rules.mode-OBSERVE') : t('rules.mode-CONTROL')),
          },
          {
            key: 'state',
            title: t('rules.state'),
            render: (_, rule) => (
              <Status tone={rule.enabled ? 'good' : 'off'}>{t(rule.enabled ? 'rules.on' : 'rules.off')}</Status>
            ),
          },
        ]}
      />
    </section>
  );
}

/** The way to the samples: requests at the proxies of an app that rules did something to. */
export function RefusedLink({ app }: { readonly app: string }) {
  const { t } = useI18n();
  return (
    <p>
      <InnerLink to="/explain" search={{ mode: 'trace', app }}>
        {t('topology.follow', { app })}
      </InnerLink>
    </p>
  );
}
