/** What a gate found. `count` is how many things it looked at: a gate that looked at nothing has failed. */
export interface GateResult {
  readonly count: number;
  /** What is counted, such as `files`. */
  readonly unit: string;
  /** More about what was looked at, such as `480 references`; '' when there is no more. */
  readonly more: string;
  /** What is wrong, ready to print; empty when the gate is passed. */
  readonly problems: readonly string[];
}

/** One check of the repository below `root`. */
export type Gate = (root: string) => Promise<GateResult>;

export function isPassed(result: GateResult): boolean {
  return result.problems.length === 0;
}

/** Turns "nothing was looked at" into the problem that it is. */
export function demandWork(result: GateResult): GateResult {
  if (result.count > 0 || result.problems.length > 0) return result;
  return { ...result, problems: [`looked at 0 ${result.unit}: the gate would pass anything`] };
}
