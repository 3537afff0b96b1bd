import type { RuleType } from '@weft/schema/wire';
import type { AskVerdict, GovernanceRule, HostStanding, RuleAsk, RuleControl, RuleLogLevel } from '@weft/sdk';
import type { PlacedSlot, RuleSlots } from './slots.ts';
import type { StateEvent } from './state-watch.ts';

/** Events that wait to be taken; without a control plane nobody takes them. */
const MAX_EVENTS = 100;
/** Asks of all types in one report. */
const MAX_ASKS = 100;

export interface RuleControlsOptions {
  readonly slots: RuleSlots;
  now(): number;
  hosts(cluster: string): readonly HostStanding[];
  /** Brings a notice to every thread that is up. */
  tell(name: string, notice: unknown): void;
  writeLine(file: string, level: RuleLogLevel, text: string): void;
}

interface Part {
  readonly control: RuleControl;
  notice: unknown;
}

/** The parts of rule types that exist once in the proxy, on this thread: made with the first rules of a type, kept from then on. */
export class RuleControls {
  readonly #options: RuleControlsOptions;
  readonly #parts = new Map<RuleType, Part>();
  #events: StateEvent[] = [];

  constructor(options: RuleControlsOptions) {
    this.#options = options;
  }

  /** These rules are in force from now on. */
  replace(rule: GovernanceRule, program: unknown, slots: readonly PlacedSlot[]): void {
    const part = this.#parts.get(rule.type) ?? this.#make(rule);
    part?.control.replace(
      program,
      slots.map(({ place }) => this.#options.slots.view(place)),
    );
  }

  #make(rule: GovernanceRule): Part | undefined {
    if (rule.createControl === undefined) return undefined;
    const { slots, now, hosts, tell, writeLine } = this.#options;
    const control = rule.createControl({
      threads: slots.threads,
      now,
      hosts,
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs);
        timer.unref();
        return () => clearTimeout(timer);
      },
      tell: (notice) => {
        part.notice = notice;
        tell(rule.name, notice);
      },
      log: writeLine,
      event: (kind, message) => {
        this.#events.push({ kind, message });
        if (this.#events.length > MAX_EVENTS) this.#events.shift();
      },
    });
    const part: Part = { control, notice: undefined };
    this.#parts.set(rule.type, part);
    return part;
  }

  of(type: RuleType): RuleControl | undefined {
    return this.#parts.get(type)?.control;
  }

  /** What the threads were told last; undefined when nothing. */
  notice(type: RuleType): unknown {
    return this.#parts.get(type)?.notice;
  }

  onReport(type: RuleType, thread: number, report: unknown): void {
    this.#parts.get(type)?.control.onReport(thread, report);
  }

  /** What rules ask of the control plane; what was granted first. */
  asks(nowMs: number): RuleAsk[] {
    const asks = [...this.#parts.values()].flatMap(({ control }) => control.asks?.(nowMs) ?? []);
    return asks.sort((one, other) => Number(other.granted) - Number(one.granted)).slice(0, MAX_ASKS);
  }

  /** The types know what they asked for by the rule. */
  onVerdict(verdict: AskVerdict, nowMs: number): void {
    for (const { control } of this.#parts.values()) control.onVerdict?.(verdict, nowMs);
  }

  /** What happened since it was asked last. */
  takeEvents(): StateEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }
}
