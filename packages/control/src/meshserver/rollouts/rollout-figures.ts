import type { EdgeReport, RuleReport } from '@weft/distribution';
import { MAX_BUCKETS } from '../figures/histogram.ts';
import { Ring } from '../figures/ring.ts';
import { COLUMN, type Counts, Sum } from '../figures/sum.ts';

const SECONDS = { stepMs: 1000, cells: 60 };
const WIDTH = COLUMN.buckets + MAX_BUCKETS;

/** What one side of a rollout counted: per second, and since the step began. */
class Side {
  readonly #seconds = new Ring(SECONDS, WIDTH);
  step = new Sum();

  add(atMs: number, counts: Counts): void {
    this.#seconds.add(atMs, [counts.requests, counts.errors, counts.rejected, counts.durationMs]);
    this.#seconds.add(atMs, counts.buckets, COLUMN.buckets);
    this.step.add(counts);
  }

  window(nowMs: number, windowMs: number): Counts {
    const sum = new Sum();
    this.#seconds.visit(nowMs - windowMs, nowMs + 1, (_, cells, at) => {
      sum.addCell(cells, at);
      sum.addBuckets(cells, at);
    });
    return sum;
  }
}

/** What the proxies of a rollout report: those that have the new content, and the others. */
export class RolloutFigures {
  readonly selected = new Side();
  readonly others = new Side();

  nextStep(): void {
    this.selected.step = new Sum();
    this.others.step = new Sum();
  }
}

/**
 * Requests of a report that a rule is about. Rows of single methods make up a service that has no row of all methods.
 * `bucketsOf` puts the durations of a row into the buckets of the control plane; null where they were not measured.
 */
export function countsOf(
  edges: readonly EdgeReport[],
  direction: EdgeReport['direction'],
  services: readonly string[],
  bucketsOf: (edge: EdgeReport) => readonly number[] | null,
): Counts {
  const all = services.includes('*');
  const own = edges.filter((edge) => edge.direction === direction && (all || services.includes(edge.service)));
  const whole = new Set(own.filter(({ method }) => method === '').map(keyOf));
  const sum = new Sum();
  for (const edge of own) {
    if (edge.method !== '' && whole.has(keyOf(edge))) continue;
    const { requests, errors, rejected, durationMsSum: durationMs } = edge;
    sum.add({ requests, errors, rejected, durationMs, buckets: bucketsOf(edge) ?? [] });
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
