/** What lists say of a caller. */
export const AuthVerdict = { ALLOW: 0, DENY: 1 } as const;
export type AuthVerdict = (typeof AuthVerdict)[keyof typeof AuthVerdict];

/** A rule as the procedure sees it. */
export interface ListRule {
  readonly observes: boolean;
  readonly ruleDbId: number;
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
 * @param black rules of blacklists that are on
 * @param white rules of whitelists that are on
 * @param denies a whitelist that is on, without a rule, denies everybody
 * @param matches whether the conditions of a rule hold
 */
export function authorize<Rule extends ListRule>(
  black: readonly Rule[],
  white: readonly Rule[],
  denies: boolean,
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
  let enforcing: Rule | null = null;
  let watching: Rule | null = null;
  for (let i = 0; i < white.length; i++) {
    const rule = white[i] as Rule;
    if (matches(rule)) {
      result.by = rule;
      return;
    }
    if (rule.observes) watching ??= rule;
    else if (enforcing === null || rule.ruleDbId < enforcing.ruleDbId) enforcing = rule;
  }
  if (enforcing !== null || denies) {
    result.verdict = AuthVerdict.DENY;
    result.by = enforcing;
  } else result.watched ??= watching;
}
