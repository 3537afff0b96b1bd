import { useI18n } from '../../i18n/index.ts';
import type { Sidecar } from '../../services/proxies.ts';
import { Status } from '../../ui/status.tsx';
import { STATE_TONES } from './state-tones.ts';

/** How a proxy is, in the same words wherever it is shown: its state, and that it is not well. */
export function ProxyState({ proxy }: { readonly proxy: Pick<Sidecar, 'state' | 'healthy'> }) {
  const { t } = useI18n();
  const sick = proxy.healthy === false;
  return (
    <Status tone={sick ? 'bad' : STATE_TONES[proxy.state]}>
      {sick ? t('proxies.state-sick', { state: t(`proxies.state-${proxy.state}`) }) : t(`proxies.state-${proxy.state}`)}
    </Status>
  );
}
