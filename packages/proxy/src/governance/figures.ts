import { RuleCounter } from '@weft/sdk';
import type { StatsStore } from '@weft/telemetry';
import { formatLogTime } from '@weft/telemetry/access-log';
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

/** The figures of rules: one line per second and resource that was used, and the metrics. */
export class RuleFigures {
  readonly #rules: Rules;
  readonly #stats: StatsStore;
  readonly #write: (file: string, line: string) => void;
  /** What each slot had counted a second ago. */
  readonly #last = new Map<string, number[]>();
  readonly #shown = new Map<string, { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]>();
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
    for (const [resource, second] of resources)
      this.#write(FLOW_LOG, `${formatLogTime(wallMs)} [INFO] ${lineOf(resource, second)}`);
    slots.refresh(placed, this.#rules.now());
  }

  #add({ plan, place }: PlacedSlot, resources: Map<string, Second>): void {
    const { slots } = this.#rules;
    const read = (counter: RuleCounter): number => slots.sum(place, counter);
    const counters = [
      RuleCounter.PASS,
      RuleCounter.REJECT,
      RuleCounter.COMPLETE,
      RuleCounter.EXCEPTION,
      RuleCounter.DURATION_MS,
      RuleCounter.WOULD_REJECT,
    ].map(read);
    const last = this.#last.get(plan.key) ?? counters.map(() => 0);
    this.#last.set(plan.key, counters);
    const [pass, block, complete, exception, durationMs, monitored] = counters.map((value, index) =>
      Math.max(0, value - (last[index] as number)),
    ) as [number, number, number, number, number, number];
    const inFlight = Math.max(0, (counters[0] as number) - (counters[2] as number));
    if (pass + block + complete + monitored + inFlight === 0) return;
    const peak = Math.max(inFlight, read(RuleCounter.PEAK));
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

  /** Brings the metrics up to date, before they are shown. */
  collect(): void {
    const stats = this.#stats;
    const nowMs = this.#rules.now();
    const kept = new Set<string>();
    for (const slot of this.#rules.placed()) {
      const { plan, place, rule } = slot;
      kept.add(plan.key);
      const shown: { name: string; labels: Readonly<Record<string, string>> }[] = [];
      const id = String(plan.ruleDbId);
      const labels = { type: rule.name, rule: id, resource: plan.resource, direction: plan.direction, mode: plan.mode };
      for (const [verdict, counter] of VERDICTS) {
        const series = { ...labels, verdict };
        stats.setCounter('weft_governance_total', series, this.#rules.slots.sum(place, counter));
        shown.push({ name: 'weft_governance_total', labels: series });
      }
      const gauge = { rule: id, resource: plan.resource };
      const tokens = this.#rules.slots.tokens(slot, nowMs);
      if (tokens !== null) stats.setGauge('weft_limit_tokens', gauge, tokens);
      if (plan.countsInFlight) {
        const { words, word } = this.#rules.slots.view(place);
        stats.setGauge('weft_limit_inflight', gauge, Atomics.load(words, word));
      }
      shown.push({ name: 'weft_limit_tokens', labels: gauge }, { name: 'weft_limit_inflight', labels: gauge });
      this.#shown.set(plan.key, shown);
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
