import { useI18n } from '../i18n/index.ts';
import { type Push, summaryOf } from './push-summary.ts';
import { Status, type Tone } from './status.tsx';

const TONES: Readonly<Record<ReturnType<typeof summaryOf>, Tone>> = {
  off: 'off',
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
}

/** How far a rule has come: state and acknowledged of live subscribers. */
export function PushState({ push, enabled }: PushStateProps) {
  const { t } = useI18n();
  const summary = summaryOf(push, enabled);
  return (
    <Status tone={TONES[summary]}>
      {t(`rules.push-${summary}`)}
      {summary !== 'off' && push.target > 0 && (
        <span className="weft-muted weft-numbers"> {`${push.acked}/${push.target}`}</span>
      )}
    </Status>
  );
}
