import type { ConfigProblem } from '@weft/kit';
import { shownProblem } from './shown-problem.ts';

const MAX_PROBLEMS = 20;

export type RuleProblem = ConfigProblem & { readonly dataId: string };

/** Says that something below the rule is wrong; `found` is the value as it is shown. */
export type Report = (place: string, found: string | undefined, message: string, expected: string) => void;

/** Collects problems of the rule at `path`, and no more than somebody reads. */
export function reporter(problems: RuleProblem[], dataId: string, path: string): Report {
  return (place, found, message, expected) => {
    if (problems.length >= MAX_PROBLEMS) return;
    problems.push({ dataId, ...shownProblem(dataId, `${path}.${place}`, found, message, expected) });
  };
}
