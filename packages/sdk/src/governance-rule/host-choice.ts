import type { RuleRejection } from './rule-decision.ts';

/**
 * Names hosts by what they are labelled with. Made when a rule is built, never per request; the engine keeps the hosts of
 * each `key` ready, and knows nothing of whoever made it.
 */
export interface HostSelector {
  /** The same for the same labels: `selectorKey`. */
  readonly key: string;
  /** A host has all of them; all hosts when empty. */
  readonly labels: readonly (readonly [name: string, value: string])[];
}

/** The key of a selector with these labels, in any order. */
export function selectorKey(labels: HostSelector['labels']): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What became of the selectors of a request. Small integers: compared on the request path. */
export const HostResult = {
  /** The request ended before a host was looked for. */
  NONE: 0,
  /** A host of `taken` was asked. */
  TAKEN: 1,
  /** No selector had a host; any host was asked. */
  ANY: 2,
  /** No selector had a host, and the request was refused. */
  REFUSED: 3,
} as const;
export type HostResult = (typeof HostResult)[keyof typeof HostResult];

/** Says which hosts are left out. */
export interface HostAvoidance {
  /**
   * Whether the host is left out for a request. Asked on the request path, possibly for each host.
   *
   * @param address `ip:port`
   * @param token what `HostChoice.avoid` was given
   */
  avoids(address: string, token: number): boolean;
}

/**
 * Which hosts a request may go to, as rules leave it: selectors in the order in which they are tried. A selector counts as
 * empty when no host that has its labels is healthy. Reused from request to request.
 */
export class HostChoice {
  readonly #selectors: HostSelector[] = [];
  #count = 0;
  /** What the caller is told when every selector is empty; null: any host will do. */
  refusal: RuleRejection | null = null;
  result: HostResult = HostResult.NONE;
  /** Index of the selector whose host was asked last; -1 when none was. */
  takenIndex = -1;
  /** Hosts that are left out of every selector; null for most requests. Of the cluster as a whole they are asked when no other is left. */
  avoidance: HostAvoidance | null = null;
  avoidToken = 0;
  /** Whether somebody reads what there was to choose from. */
  tellsOrigin = false;
  /** The ips, with blanks between, of the hosts that one was chosen from; only when `tellsOrigin` was set. */
  origin = '';
  /** A text of the rule's own, kept until the request ends. */
  note = '';

  /** Selectors; 0 = the choice is free. */
  get count(): number {
    return this.#count;
  }

  at(index: number): HostSelector {
    return this.#selectors[index] as HostSelector;
  }

  get taken(): HostSelector | null {
    return this.takenIndex < 0 ? null : (this.#selectors[this.takenIndex] as HostSelector);
  }

  add(selector: HostSelector): void {
    this.#selectors[this.#count++] = selector;
  }

  /** Leaves hosts out. There is one avoidance per request: a later one takes the place of an earlier one. */
  avoid(avoidance: HostAvoidance, token: number): void {
    this.avoidance = avoidance;
    this.avoidToken = token;
  }

  /** Makes the choice free, for the next request. */
  clear(): void {
    this.#count = 0;
    this.refusal = null;
    this.result = HostResult.NONE;
    this.takenIndex = -1;
    this.avoidance = null;
    this.note = '';
    this.tellsOrigin = false;
    this.origin = '';
  }
}
