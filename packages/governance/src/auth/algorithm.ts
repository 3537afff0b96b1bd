/** What lists say of a caller. */
export const AuthVerdict = { ALLOW: 0, DENY: 1 } as const;
export type AuthVerdict = (typeof AuthVerdict)[keyof typeof AuthVerdict];

/** A rule as the procedure sees it. */
export interface ListRule {
  readonly observes: boolean;
  readonly ruleDbId: number;
}

/** The lists that are on for a request. Rules that cannot match it may be left out. */
export interface Lists<Rule extends ListRule> {
  readonly black: readonly Rule[];
  readonly white: readonly Rule[];
  /** Of all rules of whitelists: the one with the lowest id that acts, and the first that watches. */
  readonly enforcing: Rule | null;
  readonly watching: Rule | null;
  /** A whitelist that is on, without a rule, denies everybody. */
  readonly denies: boolean;
}

/** What came of it, and by which rule. Reused. */
export class AuthResult<Rule extends ListRule> {
  verdict: AuthVerdict = AuthVerdict.ALLOW;
  /** The rule that decided; null when none did. */
  by: Rule | null = null;
  /** A watching rule that would have denied; null when none would. */
  watched: Rule | null = null;

  reset(): void {
    this.verdict = AuthVerdict.ALLOW;
    this.by = null;
    this.watched = null;
  }
}

/**
 * Blacklist before whitelist; within a list, rules are ORed.
 *
 * @param matches whether the conditions of a rule hold
 */
export function authorize<Rule extends ListRule>(
  { black, white, enforcing, watching, denies }: Lists<Rule>,
  matches: (rule: Rule) => boolean,
  result: AuthResult<Rule>,
): void {
  result.reset();
  for (let i = 0; i < black.length; i++) {
    const rule = black[i] as Rule;
    if (!matches(rule)) continue;
    if (rule.observes) {
      result.watched ??= rule;
      continue;
    }
    result.verdict = AuthVerdict.DENY;
    result.by = rule;
    return;
  }
  for (let i = 0; i < white.length; i++) {
    const rule = white[i] as Rule;
    if (matches(rule)) {
      result.by = rule;
      return;
    }
  }
  if (enforcing !== null || denies) {
    result.verdict = AuthVerdict.DENY;
    result.by = enforcing;
  } else result.watched ??= watching;
}
