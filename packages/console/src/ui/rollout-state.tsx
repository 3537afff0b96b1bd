import type { AnyRule } from '@weft/api';
import { useI18n } from '../i18n/index.ts';
import { Status } from './status.tsx';

type RolloutSummary = NonNullable<AnyRule['rollout']>;

interface RolloutStateProps {
  readonly rollout: RolloutSummary;
  /** Whether the rule itself is on, so that what is tried is another content of it. */
  readonly enabled: boolean;
}

/** Of a rule that is being rolled out: which share has it, or its new content, and how many proxies that are. */
export function RolloutState({ rollout, enabled }: RolloutStateProps) {
  const { t } = useI18n();
  const { percent, selected, subscribers: all, state } = rollout;
  const paused = state === 'PAUSED';
  const count = all === 0 ? 'nobody' : paused ? 'paused' : 'count';
  return (
    <span title={t('rollout.gray-hint', { selected, all })}>
      <Status tone={paused ? 'warning' : 'busy'}>
        {t(enabled ? 'rollout.gray-new' : 'rollout.gray-on', { percent })}
        <div className="weft-muted weft-small weft-numbers">{t(`rollout.gray-${count}`, { selected, all })}</div>
      </Status>
    </span>
  );
}
