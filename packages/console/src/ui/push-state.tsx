import { useI18n } from '../i18n/index.ts';
import { Status, type Tone } from './status.tsx';

interface Push {
  readonly state: 'none' | 'pending' | 'ok' | 'partly' | 'failed';
  readonly target: number;
  readonly acked: number;
  readonly rejected: number;
}

const TONES: Readonly<Record<Push['state'], Tone>> = {
  none: 'off',
  pending: 'busy',
  ok: 'good',
  partly: 'warning',
  failed: 'bad',
};

/** How far a rule has come: state and acknowledged of live subscribers. */
export function PushState({ push }: { readonly push: Push }) {
  const { t } = useI18n();
  return (
    <Status tone={TONES[push.state]}>
      {t(`rules.push-${push.state}`)}
      {push.target > 0 && <span className="weft-muted weft-numbers"> {`${push.acked}/${push.target}`}</span>}
    </Status>
  );
}
