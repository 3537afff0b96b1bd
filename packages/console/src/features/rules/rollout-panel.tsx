import { Alert, Collapse, Skeleton, Timeline } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type Rollout, useRollouts } from '../../services/rollouts.ts';
import type { Rule } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { serverText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';
import { RolloutForm } from './rollout-form.tsx';
import { RolloutLive, StepTable } from './rollout-live.tsx';
import { useRuleKind } from './use-rule-kind.ts';

const TONES = { RUNNING: 'busy', PAUSED: 'warning', PROMOTED: 'good', ABORTED: 'bad' } as const;

/** The rollout of a rule that is under way, or how to begin one; and what became of earlier ones. */
export function RolloutPanel({ rule }: { readonly rule: Rule }) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const { data, error, refetch } = useRollouts(kind.segment, rule.ruleDbId);
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  const [newest, ...older] = data.items;
  const live = newest !== undefined && newest.endedAt === null ? newest : null;
  const past = live === null ? data.items : older;
  return (
    <>
      <ErrorAlert error={error} />
      {live === null ? <Begin rule={rule} /> : <RolloutLive rule={rule} rollout={live} />}
      {live !== null && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rollout.history')}</h2>
          <History rollout={live} />
        </section>
      )}
      {past.length > 0 && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rollout.earlier')}</h2>
          <Collapse
            size="small"
            defaultActiveKey={live === null && newest !== undefined ? [newest.rolloutId] : []}
            items={past.map((rollout) => ({
              key: rollout.rolloutId,
              label: <PastTitle rollout={rollout} />,
              children: <Past rollout={rollout} />,
            }))}
          />
        </section>
      )}
    </>
  );
}

function Begin({ rule }: { readonly rule: Rule }) {
  const { t } = useI18n();
  const kind = useRuleKind();
  if (!rule.enabled) return <RolloutForm rule={rule} content={null} onStarted={() => {}} />;
  return (
    <p>
      {t('rollout.on-already', { button: t('rollout.first') })}{' '}
      <InnerLink to={`${kind.address}/${rule.ruleDbId}`} className="weft-in-text">
        {t('rollout.edit')}
      </InnerLink>
    </p>
  );
}

function PastTitle({ rollout }: { readonly rollout: Rollout }) {
  const { t, format } = useI18n();
  return (
    <>
      <Status tone={TONES[rollout.state]}>{t(`rollout.state-${rollout.state}`)}</Status>{' '}
      <span className="weft-muted">
        {t('rollout.past', {
          percent: rollout.percent,
          who: rollout.startedBy,
          when: format.time(rollout.startedAt),
        })}
      </span>
    </>
  );
}

function Past({ rollout }: { readonly rollout: Rollout }) {
  const { t, language } = useI18n();
  const halt = rollout.history.findLast(({ what }) => what === 'halt');
  return (
    <>
      {halt !== undefined && (
        <Alert
          type="error"
          showIcon
          className="weft-error"
          title={t('rollout.breach')}
          description={
            <>
              {halt.said === null ? halt.text : serverText(halt.said, language)}
              {(rollout.breach?.proxies.length ?? 0) > 0 && (
                <div className="weft-small">
                  {t('rollout.breach-proxies', { proxies: rollout.breach?.proxies.join(', ') ?? '' })}
                </div>
              )}
            </>
          }
        />
      )}
      <History rollout={rollout} />
      <StepTable rollout={rollout} />
    </>
  );
}

function History({ rollout }: { readonly rollout: Rollout }) {
  const { t, format, language } = useI18n();
  return (
    <Timeline
      className="weft-history"
      items={rollout.history.map((event) => ({
        key: `${event.at} ${event.what}`,
        color: event.what === 'halt' ? 'red' : 'gray',
        content: (
          <>
            <strong>{t(`rollout.what-${event.what}`)}</strong> {t('rollout.reached', { percent: event.percent })}
            <div className="weft-muted">
              {event.by === 'weft' ? t('rollout.by-itself') : event.by} · {format.time(event.at)}
            </div>
            {event.text !== '' && <div>{event.said === null ? event.text : serverText(event.said, language)}</div>}
          </>
        ),
      }))}
    />
  );
}
