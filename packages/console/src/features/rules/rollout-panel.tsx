import { Alert, Collapse, Skeleton } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Rollout, useRollouts } from '../../services/rollouts.ts';
import type { Rule } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Status } from '../../ui/status.tsx';
import { RolloutBegin } from './rollout-begin.tsx';
import { haltOf } from './rollout-end.ts';
import { RolloutEnded } from './rollout-ended.tsx';
import { HaltReason, RolloutHistory } from './rollout-history.tsx';
import { RolloutLive } from './rollout-live.tsx';
import { StepTable } from './rollout-steps.tsx';
import { useRuleKind } from './use-rule-kind.ts';

const TONES = { RUNNING: 'busy', PAUSED: 'warning', PROMOTED: 'good', ABORTED: 'bad' } as const;

/** The rollout of a rule that is under way, or has ended under the eyes of the reader, or how to begin one; and earlier ones. */
export function RolloutPanel({ rule }: { readonly rule: Rule }) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const { data, error, refetch } = useRollouts(kind.segment, rule.ruleDbId);
  const [newest, ...older] = data?.items ?? [];
  const followed = useFollowed(newest);
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  const live = newest !== undefined && newest.endedAt === null ? newest : null;
  const past = followed ? older : data.items;
  return (
    <>
      <ErrorAlert error={error} />
      {live !== null && <RolloutLive rule={rule} rollout={live} />}
      {live === null && followed && newest !== undefined && <RolloutEnded rule={rule} rollout={newest} />}
      {live === null && !followed && <RolloutBegin rule={rule} />}
      {live !== null && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rollout.history')}</h2>
          <RolloutHistory rollout={live} />
        </section>
      )}
      {past.length > 0 && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rollout.earlier')}</h2>
          <Collapse
            size="small"
            defaultActiveKey={!followed && newest !== undefined ? [newest.rolloutId] : []}
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

/** Whether the newest rollout is, or was while this has been open, under way: its end must not clear it from the screen. */
function useFollowed(newest: Rollout | undefined): boolean {
  const [seenId, setSeenId] = useState<number | null>(null);
  const live = newest !== undefined && newest.endedAt === null;
  if (live && newest.rolloutId !== seenId) setSeenId(newest.rolloutId);
  return newest !== undefined && (live || newest.rolloutId === seenId);
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
  const { t } = useI18n();
  return (
    <>
      {haltOf(rollout) !== undefined && (
        <Alert
          type="error"
          showIcon
          className="weft-error"
          title={t('rollout.breach')}
          description={<HaltReason rollout={rollout} />}
        />
      )}
      <RolloutHistory rollout={rollout} />
      <div className="weft-section">
        <StepTable rollout={rollout} />
      </div>
    </>
  );
}
