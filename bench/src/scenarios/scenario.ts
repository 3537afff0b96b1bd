/** What a scenario is, and what it leaves behind. */
import type { Candidate } from '../session.ts';
import type { Spread } from '../statistics.ts';

export interface Settings {
  /** Subjects present on this machine, the one under test first. */
  readonly candidates: readonly Candidate[];
  /** Rounds in which every subject has its turn. */
  readonly rounds: number;
  readonly warmupMs: number;
  readonly windowMs: number;
  readonly quick: boolean;
  /** Progress, for people who wait. */
  say(line: string): void;
}

/** One measured quantity of one subject, over all rounds. */
export type Figures = Readonly<Record<string, Spread>>;

export interface SubjectFigures {
  readonly subject: string;
  readonly version: string;
  readonly figures: Figures;
  readonly errors: number;
  readonly notes: readonly string[];
}

/** Subject over peer, round by round. */
export interface Comparison {
  readonly subject: string;
  readonly peer: string;
  readonly quantity: string;
  readonly ratio: Spread;
}

export interface Verdict {
  readonly target: string;
  readonly value: number | null;
  readonly outcome: 'met' | 'missed' | 'not measured';
}

export interface TopFunctions {
  readonly subject: string;
  readonly rows: readonly {
    readonly name: string;
    readonly place: string;
    readonly microsPerRequest: number;
    readonly share: number;
  }[];
}

export interface BudgetTable {
  readonly subject: string;
  readonly rows: readonly {
    readonly part: string;
    readonly microsPerRequest: number;
    readonly budget: number | null;
  }[];
}

export interface ScenarioResult {
  readonly scenario: string;
  /** Which variant, where a scenario has several; '' otherwise. */
  readonly variant: string;
  readonly subjects: readonly SubjectFigures[];
  readonly comparisons: readonly Comparison[];
  readonly verdicts: readonly Verdict[];
  /** Subjects that took no part, with the reason. */
  readonly absent: readonly { readonly subject: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly functions: readonly TopFunctions[];
  readonly budgets: readonly BudgetTable[];
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** It is about the control plane: no proxy has to be there. */
  readonly startsNoSubject?: true;
  run(settings: Settings): Promise<readonly ScenarioResult[]>;
  /** Only where the time goes; absent where the scenario has nothing of its own to say about that. */
  profile?(settings: Settings): Promise<readonly ScenarioResult[]>;
}

/** Judges a value against a limit; a missing value is not a success. */
export function judge(target: string, value: number | undefined, holds: (value: number) => boolean): Verdict {
  if (value === undefined || Number.isNaN(value)) return { target, value: null, outcome: 'not measured' };
  return { target, value, outcome: holds(value) ? 'met' : 'missed' };
}
