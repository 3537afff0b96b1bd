import type { RolloutGuard, RolloutSelector, StartRolloutBody } from '../../services/rollouts.ts';
import type { RuleInput } from '../../services/rules.ts';

export interface PlannedStep {
  /** Keeps its row when others are removed. */
  readonly key: number;
  readonly percent: number;
  readonly waitSec: number;
}

/** The fields of the form. */
export interface RolloutPlan {
  readonly steps: readonly PlannedStep[];
  /** Points of a hundred; null: not judged. */
  readonly errors: number | null;
  readonly rejects: number | null;
  readonly timeMs: number | null;
  readonly p99Ms: number | null;
  readonly minRequests: number | null;
  readonly zones: readonly string[];
  readonly ips: readonly string[];
  /** `name=value`. */
  readonly labels: readonly string[];
  readonly hold: boolean;
  readonly comment: string;
}

/** What the form begins with. */
export const PLANNED: RolloutPlan = {
  steps: [
    { key: 1, percent: 5, waitSec: 60 },
    { key: 2, percent: 25, waitSec: 60 },
    { key: 3, percent: 50, waitSec: 60 },
    { key: 4, percent: 100, waitSec: 60 },
  ],
  errors: 1,
  rejects: null,
  timeMs: null,
  p99Ms: null,
  minRequests: 10,
  zones: [],
  ips: [],
  labels: [],
  hold: false,
  comment: '',
};

export const stepsGrow = (steps: RolloutPlan['steps']): boolean =>
  steps.every(({ percent }, index) => percent > (steps[index - 1]?.percent ?? 0));

/** The first label that has no name or no `=`. */
export const badLabel = (labels: readonly string[]): string | undefined => labels.find((text) => text.indexOf('=') < 1);

/** The call that the form makes. */
export function plannedBody(plan: RolloutPlan, content: RuleInput | null): StartRolloutBody {
  const { errors, rejects, timeMs, p99Ms, minRequests, zones, ips, labels, hold, comment } = plan;
  const guard: RolloutGuard = {
    ...(errors === null ? {} : { maxErrorRate: errors / 100 }),
    ...(rejects === null ? {} : { maxRejectRate: rejects / 100 }),
    ...(timeMs === null ? {} : { maxRtIncreaseMs: timeMs }),
    ...(p99Ms === null ? {} : { maxP99IncreaseMs: p99Ms }),
  };
  const judged = Object.keys(guard).length > 0;
  const selector: RolloutSelector = {
    ...(zones.length === 0 ? {} : { zones: [...zones] }),
    ...(ips.length === 0 ? {} : { ips: [...ips] }),
    ...(labels.length === 0
      ? {}
      : {
          labels: Object.fromEntries(
            labels.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
          ),
        }),
  };
  return {
    steps: plan.steps.map(({ percent, waitSec }) => ({
      percent,
      waitSec,
      ...(judged ? { guard: { ...guard, ...(minRequests === null ? {} : { minRequests }) } } : {}),
    })),
    selector,
    autoPromote: !hold,
    ...(content === null ? {} : { rule: content }),
    ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
  };
}
