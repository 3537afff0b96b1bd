import type { Sidecar } from '../../services/proxies.ts';
import type { Tone } from '../../ui/status.tsx';

/** How good a state is. */
export const STATE_TONES: Readonly<Record<Sidecar['state'] | Sidecar['podState'], Tone>> = {
  Running: 'good',
  Succeeded: 'good',
  Terminated: 'off',
  Waiting: 'busy',
  Pending: 'busy',
  Failed: 'bad',
  Unknown: 'warning',
};
