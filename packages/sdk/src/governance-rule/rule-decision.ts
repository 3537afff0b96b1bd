/** What a rule says of a request. Small integers: compared on the request path. */
export const RuleVerdict = { PASS: 0, REJECT: 1 } as const;
export type RuleVerdict = (typeof RuleVerdict)[keyof typeof RuleVerdict];

/** What the caller of a refused request is told; one object per rule, made when the rule is compiled. */
export interface RuleRejection {
  /** Lower-case word of the rule type, such as `limit`. */
  readonly word: string;
  readonly ruleDbId: number;
  readonly resource: string;
  /** HTTP status that the rule wants instead of the profile's; 0 = that of the profile. */
  readonly status: number;
  /** Text that the rule wants instead of the profile's; '' = that of the profile. */
  readonly message: string;
}

/** A rule that wants to be told how a request ended that it let through. */
export interface RuleHolder {
  /** Exactly once per `hold`. `failed`: the answer was an error, or there was none. */
  onComplete(durationMs: number, failed: boolean): void;
}

/**
 * What the rules decided about one request, kept until it ends. Reused from request to request, so that a matched request
 * allocates nothing.
 */
export class RuleDecision {
  rejection: RuleRejection | null = null;
  /** For the caller: whole seconds until a repeat has a chance, at least 1; 0 = not said. */
  retryAfterSeconds = 0;
  readonly #holders: RuleHolder[] = [];
  #count = 0;

  /** Rules that wait for the end of the request. */
  get held(): number {
    return this.#count;
  }

  hold(holder: RuleHolder): void {
    if (this.#count < this.#holders.length) this.#holders[this.#count] = holder;
    else this.#holders.push(holder);
    this.#count++;
  }

  reject(rejection: RuleRejection, retryAfterSeconds: number): void {
    this.rejection = rejection;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Ends the request for every rule that holds it, and makes the object ready for the next one. */
  complete(durationMs: number, failed: boolean): void {
    const count = this.#count;
    this.#count = 0;
    this.rejection = null;
    for (let i = 0; i < count; i++) (this.#holders[i] as RuleHolder).onComplete(durationMs, failed);
  }
}
