import { useI18n } from '../i18n/index.ts';
import { Status, type Tone } from './status.tsx';

interface Push {
  readonly state: 'none' | 'pending' | 'ok' | 'partly' | 'failed';
  readonly target: number;
  readonly acked: number;
  readonly rejected: number;
  /** Pushing is frozen: who waits, waits for its end. */
  readonly frozen?: unknown;
}

const TONES: Readonly<Record<Push['state'], Tone>> = {
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

/** How far a rule has come: state and acknowledged of live subscribers. One that has never been on went nowhere. */
export function PushState({ push, enabled }: PushStateProps) {
  const { t } = useI18n();
  const waits = push.frozen !== undefined && push.state !== 'none' && push.acked < push.target;
  return (
    <Status tone={waits ? 'warning' : TONES[push.state]}>
      {t(
        waits ? 'rules.push-waits' : push.state === 'none' && !enabled ? 'rules.push-off' : `rules.push-${push.state}`,
      )}
      {push.target > 0 && <span className="weft-muted weft-numbers"> {`${push.acked}/${push.target}`}</span>}
    </Status>
  );
}
