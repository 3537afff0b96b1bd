import type { Rules } from './rules.ts';

/** That a rule has changed its state. */
export interface StateEvent {
  /** Such as `fuse.open`. */
  readonly kind: string;
  readonly message: string;
}

/**
 * Notices that rules change their state, for people elsewhere: it looks whenever it is asked, so that a state that came and
 * went in between is not told. The log of the type has every transition.
 */
export class StateWatch {
  readonly #rules: Rules;
  /** Of rules that are not as new ones are. */
  #known = new Map<string, number>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** What has changed since it was asked last. */
  take(): StateEvent[] {
    const events: StateEvent[] = [];
    const known = new Map<string, number>();
    const nowMs = this.#rules.now();
    for (const { rule, slots } of this.#rules.compiled()) {
      const kinds = rule.gaugeEvents;
      if (kinds === undefined) continue;
      for (const slot of slots) {
        const state = this.#rules.slots.gauge(slot, nowMs)?.value ?? 0;
        const { key, ruleDbId, resource } = slot.plan;
        const name = `${rule.name} ${key}`;
        if (state !== 0) known.set(name, state);
        const kind = kinds[state];
        if (state !== (this.#known.get(name) ?? 0) && kind !== undefined)
          events.push({ kind, message: `rule ${ruleDbId} of ${resource}` });
      }
    }
    this.#known = known;
    return events;
  }
}
