import { COUNTER_CELLS, RuleCounter } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import { ruleLogLine } from './log-line.ts';
import type { Rules } from './rules.ts';
import type { PlacedSlot } from './slots.ts';

export const FLOW_LOG = 'flow-control.log';
const SECOND_MS = 1000;

const VERDICTS = [
  ['pass', RuleCounter.PASS],
  ['reject', RuleCounter.REJECT],
  ['would_reject', RuleCounter.WOULD_REJECT],
  ['error', RuleCounter.ERROR],
] as const;

const HIT_COUNTERS = [RuleCounter.PASS, RuleCounter.REJECT, RuleCounter.WOULD_REJECT] as const;

type Labels = Readonly<Record<string, string>>;
type Series = { readonly name: string; readonly labels: Labels };

/** Rules with series of their own; those behind them share some. */
const MAX_RULE_SERIES = 1000;
const OTHER = '__other__';

interface Second {
  pass: number;
  block: number;
  complete: number;
  exception: number;
  durationMs: number;
  inFlight: number;
  monitored: number;
  peak: number;
}

/** What one rule decided since it was asked last. */
export interface RuleHits {
  readonly ruleDbId: number;
  readonly passed: number;
  readonly rejected: number;
  readonly wouldReject: number;
}

/** The figures of rules: one line per second and resource that was used, and the metrics. */
export class RuleFigures {
  readonly #rules: Rules;
  readonly #stats: StatsStore;
  readonly #write: (file: string, line: string) => void;
  /** What each slot had counted a second ago. */
  readonly #last = new Map<string, Float64Array>();
  /** What each slot had counted when hits were taken last. */
  #taken = new Map<string, Float64Array>();
  readonly #counters = new Float64Array(COUNTER_CELLS);
  readonly #shown = new Map<string, readonly Series[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(rules: Rules, stats: StatsStore, write: (file: string, line: string) => void) {
    this.#rules = rules;
    this.#stats = stats;
    this.#write = write;
  }

  start(): void {
    this.#timer = setInterval(() => this.second(Date.now()), SECOND_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Once a second: keeps the slots in order and writes what happened. */
  second(wallMs: number): void {
    const { slots } = this.#rules;
    const placed = this.#rules.placed();
    if (placed.length === 0 && this.#last.size === 0) {
      slots.refresh(placed, this.#rules.now());
      return;
    }
    const resources = new Map<string, Second>();
    const seen = new Set<string>();
    for (const slot of placed) {
      seen.add(slot.plan.key);
      this.#add(slot, resources);
    }
    for (const key of this.#last.keys()) if (!seen.has(key)) this.#last.delete(key);
    if (this.#rules.logLevels.writes(FLOW_LOG, 'INFO'))
      for (const [resource, second] of resources)
        this.#write(FLOW_LOG, ruleLogLine(wallMs, 'INFO', lineOf(resource, second)));
    slots.refresh(placed, this.#rules.now());
  }

  #add({ plan, place }: PlacedSlot, resources: Map<string, Second>): void {
    const counters = this.#counters;
    if (plan.series !== undefined) return;
    this.#rules.slots.sumAll(place, counters);
    const last = this.#last.get(plan.key) ?? new Float64Array(COUNTER_CELLS);
    const since = (counter: RuleCounter): number =>
      Math.max(0, (counters[counter] as number) - (last[counter] as number));
    const pass = since(RuleCounter.PASS);
    const block = since(RuleCounter.REJECT);
    const complete = since(RuleCounter.COMPLETE);
    const exception = since(RuleCounter.EXCEPTION);
    const durationMs = since(RuleCounter.DURATION_MS);
    const monitored = since(RuleCounter.WOULD_REJECT);
    last.set(counters);
    this.#last.set(plan.key, last);
    const inFlight = Math.max(0, (counters[RuleCounter.PASS] as number) - (counters[RuleCounter.COMPLETE] as number));
    if (pass + block + complete + monitored + inFlight === 0) return;
    const peak = Math.max(inFlight, this.#rules.slots.peak(place, Math.floor(this.#rules.now() / SECOND_MS) - 1));
    const known = resources.get(plan.resource);
    // Several rules on one resource see the same requests: only what each refuses adds up.
    resources.set(plan.resource, {
      pass: Math.max(known?.pass ?? 0, pass),
      block: (known?.block ?? 0) + block,
      complete: Math.max(known?.complete ?? 0, complete),
      exception: Math.max(known?.exception ?? 0, exception),
      durationMs: Math.max(known?.durationMs ?? 0, durationMs),
      inFlight: Math.max(known?.inFlight ?? 0, inFlight),
      monitored: (known?.monitored ?? 0) + monitored,
      peak: Math.max(known?.peak ?? 0, peak),
    });
  }

  /** What each rule decided since it was asked last, up to now: who looks at the mesh sees a first effect with the next report. */
  takeHits(): RuleHits[] {
    const hits = new Map<number, RuleHits>();
    const taken = new Map<string, Float64Array>();
    const counters = this.#counters;
    for (const { plan, place } of this.#rules.placed()) {
      if (plan.series !== undefined) continue;
      this.#rules.slots.sumAll(place, counters);
      const last = this.#taken.get(plan.key);
      const now = last ?? new Float64Array(HIT_COUNTERS.length);
      const [passed, rejected, wouldReject] = HIT_COUNTERS.map((counter, index) => {
        const since = Math.max(0, (counters[counter] as number) - (now[index] as number));
        now[index] = counters[counter] as number;
        return since;
      }) as [number, number, number];
      taken.set(plan.key, now);
      if (passed + rejected + wouldReject === 0) continue;
      const { ruleDbId } = plan;
      const known = hits.get(ruleDbId);
      hits.set(ruleDbId, {
        ruleDbId,
        passed: passed + (known?.passed ?? 0),
        rejected: rejected + (known?.rejected ?? 0),
        wouldReject: wouldReject + (known?.wouldReject ?? 0),
      });
    }
    // Of slots that are gone nothing is kept.
    this.#taken = taken;
    return [...hits.values()];
  }

  /** Brings the metrics up to date, before they are shown. */
  collect(): void {
    const stats = this.#stats;
    const nowMs = this.#rules.now();
    const kept = new Set<string>();
    const others = new Map<string, { readonly labels: Labels; value: number }>();
    for (const [index, slot] of this.#rules.placed().entries()) {
      const { plan, place, rule } = slot;
      const folded = index >= MAX_RULE_SERIES;
      const id = folded ? OTHER : String(plan.ruleDbId);
      const resource = folded ? OTHER : plan.resource;
      const { direction, mode } = plan;
      const shown: Series[] = [];
      this.#rules.slots.sumAll(place, this.#counters);
      if (plan.series !== undefined) {
        if (folded) continue;
        stats.setCounter(plan.series.name, plan.series.labels, this.#counters[RuleCounter.PASS] as number);
        kept.add(plan.key);
        this.#shown.set(plan.key, [plan.series]);
        continue;
      }
      for (const [verdict, counter] of VERDICTS) {
        const value = this.#counters[counter] as number;
        const labels = { type: rule.name, rule: id, resource, direction, mode, verdict };
        if (folded) {
          const key = `${rule.name} ${direction} ${mode} ${verdict}`;
          others.set(key, { labels, value: value + (others.get(key)?.value ?? 0) });
          continue;
        }
        stats.setCounter('weft_governance_total', labels, value);
        shown.push({ name: 'weft_governance_total', labels });
      }
      if (folded) continue;
      kept.add(plan.key);
      const gauge = { rule: id, resource };
      const own = this.#rules.slots.gauge(slot, nowMs);
      if (own !== null) {
        stats.setGauge(own.name, gauge, own.value);
        shown.push({ name: own.name, labels: gauge });
      }
      if (plan.countsInFlight) {
        const { words, word } = this.#rules.slots.view(place);
        stats.setGauge('weft_limit_inflight', gauge, Atomics.load(words, word));
        shown.push({ name: 'weft_limit_inflight', labels: gauge });
      }
      this.#shown.set(plan.key, shown);
    }
    for (const [key, { labels, value }] of others) {
      stats.setCounter('weft_governance_total', labels, value);
      kept.add(key);
      this.#shown.set(key, [{ name: 'weft_governance_total', labels }]);
    }
    for (const { dataId, version } of this.#rules.documents()) {
      stats.setGauge('weft_rule_version', { dataId }, version);
      kept.add(dataId);
      this.#shown.set(dataId, [{ name: 'weft_rule_version', labels: { dataId } }]);
    }
    for (const [key, series] of this.#shown) {
      if (kept.has(key)) continue;
      this.#shown.delete(key);
      for (const { name, labels } of series) stats.remove(name, labels);
    }
  }
}

/** `<resource> <pass> <block> <complete> <exception> <rt> <occupied> <concurrency> <type> <monitorBlock> <maxConcurrency> <ceThreads>` */
function lineOf(resource: string, second: Second): string {
  const { pass, block, complete, exception, durationMs, inFlight, monitored, peak } = second;
  const averageMs = complete === 0 ? 0 : Math.round(durationMs / complete);
  const name = resource.includes('#') ? resource : `${resource}#o`;
  return `${name} ${pass} ${block} ${complete} ${exception} ${averageMs} 0 ${inFlight} 0 ${monitored} ${peak} 0`;
}
