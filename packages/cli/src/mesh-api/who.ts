/**
 * Who made a change, for people. The control plane has a name like users have, where it does something by itself: the steps and the
 * end of a rollout, a fault whose time is over.
 */
export const whoText = (actor: string): string => (actor === 'weft' ? 'weft (by itself)' : actor);
