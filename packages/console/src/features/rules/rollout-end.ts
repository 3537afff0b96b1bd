import type { MessageKey } from '../../i18n/index.ts';
import type { Rollout } from '../../services/rollouts.ts';

/** The moment at which a rollout gave up by itself; undefined where it did not. */
export const haltOf = ({ history }: Pick<Rollout, 'history'>): Rollout['history'][number] | undefined =>
  history.findLast(({ what }) => what === 'halt');

/** What proxies have after the end of a rollout: what was there before, unless every proxy got the new content. */
export function inForceAfter({ state }: Pick<Rollout, 'state'>, enabled: boolean): MessageKey {
  if (state === 'PROMOTED') return 'rollout.now-new';
  return enabled ? 'rollout.now-before' : 'rollout.now-off';
}

/** What to do after a rollout that gave up by itself; null after another end. */
export function adviceAfter(rollout: Pick<Rollout, 'history' | 'breach'>): MessageKey | null {
  if (haltOf(rollout) === undefined) return null;
  if (rollout.breach === null) return 'rollout.do-again';
  return rollout.breach.guard === 'refused' ? 'rollout.do-refused' : 'rollout.do-figures';
}
