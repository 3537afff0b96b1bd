import type { EdgeReport, RuleReport } from '@weft/distribution';
import { Ring } from '../figures/ring.ts';
import type { Counts } from './guard.ts';

const SECONDS = { stepMs: 1000, cells: 60 };
const WIDTH = 4;
const NOTHING: Counts = { requests: 0, errors: 0, rejected: 0, durationMs: 0 };

/** What one side of a rollout counted: per second, and since the step began. */
class Side {
  readonly #seconds = new Ring(SECONDS, WIDTH);
  step: Counts = NOTHING;

  add(atMs: number, counts: Counts): void {
    this.#seconds.add(atMs, [counts.requests, counts.errors, counts.rejected, counts.durationMs]);
    this.step = plus(this.step, counts);
  }

  window(nowMs: number, windowMs: number): Counts {
    let sum = NOTHING;
    this.#seconds.visit(nowMs - windowMs, nowMs + 1, (_, cells, at) => {
      sum = plus(sum, {
        requests: cells[at] as number,
        errors: cells[at + 1] as number,
        rejected: cells[at + 2] as number,
        durationMs: cells[at + 3] as number,
      });
    });
    return sum;
  }
}

/** What the proxies of a rollout report: those that have the new content, and the others. */
export class RolloutFigures {
  readonly selected = new Side();
  readonly others = new Side();

  nextStep(): void {
    this.selected.step = NOTHING;
    this.others.step = NOTHING;
  }
}

/** Requests of a report that a rule is about. Rows of single methods make up a service that has no row of all methods. */
export function countsOf(
  edges: readonly EdgeReport[],
  direction: EdgeReport['direction'],
  services: readonly string[],
): Counts {
  const all = services.includes('*');
  const own = edges.filter((edge) => edge.direction === direction && (all || services.includes(edge.service)));
  const whole = new Set(own.filter(({ method }) => method === '').map(keyOf));
  let sum = NOTHING;
  for (const edge of own) {
    if (edge.method !== '' && whole.has(keyOf(edge))) continue;
    const { requests, errors, rejected, durationMsSum: durationMs } = edge;
    sum = plus(sum, { requests, errors, rejected, durationMs });
  }
  return sum;
}

/**
 * With what the rule itself refused: a caller cannot tell refusals of the other side in every protocol, and edges may have
 * what was refused under another service. What the rule judged beyond the requests of the edges are refusals that these do
 * not have; the others are among them, so that a request is one. An injected error stays an error, and is refused as well.
 */
export function withRefusals(counts: Counts, rules: readonly RuleReport[], ruleDbId: number): Counts {
  const own = rules.find((rule) => rule.ruleDbId === ruleDbId);
  if (own === undefined) return counts;
  const rejected = Math.max(counts.rejected, own.rejected);
  const unknown = rejected - counts.rejected;
  const missing = Math.min(unknown, Math.max(0, own.passed + own.rejected - counts.requests));
  return { ...counts, requests: counts.requests + missing, rejected };
}

const keyOf = ({ sourceApp, targetApp, service, protocol }: EdgeReport): string =>
  `${sourceApp}\n${targetApp}\n${service}\n${protocol}`;

const plus = (one: Counts, other: Counts): Counts => ({
  requests: one.requests + other.requests,
  errors: one.errors + other.errors,
  rejected: one.rejected + other.rejected,
  durationMs: one.durationMs + other.durationMs,
});
