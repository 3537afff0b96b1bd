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
 * acknowledged the document of its app have acknowledged the other rules in it.
 */
export function summaryOf({ state, target, acked, frozen }: Push, enabled: boolean): 'waits' | 'off' | Push['state'] {
  if (frozen !== undefined && state !== 'none' && acked < target) return 'waits';
  return !enabled && (state === 'none' || state === 'ok') ? 'off' : state;
}
