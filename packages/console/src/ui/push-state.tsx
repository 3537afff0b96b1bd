import type { AnyRule } from '@weft/api';
import { useI18n } from '../i18n/index.ts';
import { type Push, summaryOf } from './push-summary.ts';
import { Status, type Tone } from './status.tsx';

const TONES: Readonly<Record<ReturnType<typeof summaryOf>, Tone>> = {
  off: 'off',
  rollout: 'busy',
  waits: 'warning',
  none: 'off',
  pending: 'busy',
  ok: 'good',
  partly: 'warning',
  failed: 'bad',
};

interface PushStateProps {
  readonly push: Push;
  readonly enabled: boolean;
  readonly rollout: AnyRule['rollout'];
}

/** How far a rule has come: state and acknowledged of live subscribers; in a rollout, those that have the new content. */
export function PushState({ push, enabled, rollout }: PushStateProps) {
  const { t } = useI18n();
  const summary = summaryOf(push, enabled, rollout !== null);
  if (rollout !== null && summary === 'rollout')
    return (
      <Status tone={TONES.rollout}>
        {t('rules.push-rollout', { part: rollout.applied, all: rollout.subscribers })}
      </Status>
    );
  return (
    <Status tone={TONES[summary]}>
      {t(`rules.push-${summary}`)}
      {summary !== 'off' && push.target > 0 && (
        <span className="weft-muted weft-numbers"> {`${push.acked}/${push.target}`}</span>
      )}
    </Status>
  );
}
