import type { Translate } from '../i18n/index.ts';

/**
 * Whether the control plane made a change by itself: the steps and the end of a rollout, a fault whose time is over. It has
 * a name like users have.
 */
export const isItself = (actor: string): boolean => actor === 'weft';

/** Who made a change. */
export const whoText = (actor: string, t: Translate): string => (isItself(actor) ? t('ui.by-itself') : actor);
