import type { AnyRule } from '@weft/api';
import type { Translate } from '../i18n/index.ts';

export interface Push {
  readonly state: 'none' | 'pending' | 'ok' | 'partly' | 'failed';
  readonly target: number;
  readonly acked: number;
  readonly rejected: number;
  /** Pushing is frozen: who waits, waits for its end. */
  readonly frozen?: unknown;
}

/**
 * What there is to say of how far a rule has come. Of one that is off and waits for nobody that is all: the proxies that have
 * acknowledged the document of its app have acknowledged the other rules in it. Nor does that say who has the new content of a
 * rule that is being rolled out.
 */
export function summaryOf(
  { state, target, acked, frozen }: Push,
  enabled: boolean,
  inRollout: boolean,
): 'waits' | 'off' | 'rollout' | Push['state'] {
  if (frozen !== undefined && state !== 'none' && acked < target) return 'waits';
  if (inRollout && state === 'ok') return 'rollout';
  return !enabled && (state === 'none' || state === 'ok') ? 'off' : state;
}

/** The same in words, with how many have it: `Partly 2/3`. */
export function pushInWords(push: Push, enabled: boolean, rollout: AnyRule['rollout'], t: Translate): string {
  const summary = summaryOf(push, enabled, rollout !== null);
  const words = t(`rules.push-${summary}`, { part: rollout?.applied ?? 0, all: rollout?.subscribers ?? 0 });
  return summary === 'off' || summary === 'rollout' || push.target === 0
    ? words
    : `${words} ${push.acked}/${push.target}`;
}
