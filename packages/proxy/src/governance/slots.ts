import { COUNTER_CELLS, type GovernanceRule, RuleCounter, type RuleGauge, type SlotPlan } from '@weft/sdk';
import type { SlotMemory, SlotPlace, SlotShape } from './messages.ts';
import { createMemory, type OpenMemory, openMemory, SLOTS_PER_CHUNK, shapeOf, slotOf } from './slot-layout.ts';

/** A rule with its slot. */
export interface PlacedSlot {
  readonly rule: GovernanceRule;
  readonly plan: SlotPlan;
  readonly place: SlotPlace;
}

const numberOf = (place: SlotPlace): number => place.chunk * SLOTS_PER_CHUNK + place.slot;

/**
 * Gives rules their slots in shared memory, and keeps a rule's slot over changes of the rule. A slot that nobody names any
 * more rests until no request holds it, then it is cleared and given again.
 */
export class RuleSlots {
  readonly threads: number;
  readonly #shared: SlotMemory[] = [];
  readonly #memory: OpenMemory[] = [];
  /** Free slots by their shape, `words cells`. */
  readonly #free = new Map<string, number[]>();
  #resting: SlotPlace[] = [];

  constructor(threads: number) {
    this.threads = threads;
  }

  get memory(): readonly SlotMemory[] {
    return this.#shared;
  }

  /**
   * Places `plans`, where `before` is what the same type has now. Nothing of a slot in use changes.
   */
  place(rule: GovernanceRule, plans: readonly SlotPlan[], before: readonly PlacedSlot[], nowMs: number): PlacedSlot[] {
    const known = new Map(before.map((slot) => [slot.plan.key, slot]));
    return plans.map((plan) => {
      const old = known.get(plan.key);
      if (old === undefined) {
        const place = this.#take(shapeOf(rule));
        rule.initSlot(plan, ...this.#words(place), nowMs);
        return { rule, plan, place };
      }
      if (sameNumbers(old.plan.parameters, plan.parameters)) return { rule, plan, place: old.place };
      const place: SlotPlace = { ...old.place, phase: old.place.phase === 0 ? 1 : 0 };
      const [words, word] = this.#words(place);
      const [, oldWord] = this.#words(old.place);
      if (rule.carrySlot === undefined) rule.initSlot(plan, words, word, nowMs);
      else rule.carrySlot({ plan: old.plan, words, word: oldWord }, { plan, words, word }, nowMs);
      return { rule, plan, place };
    });
  }

  /** `after` is in force everywhere: what only `before` had may rest. */
  retire(before: readonly PlacedSlot[], after: readonly PlacedSlot[]): void {
    const kept = new Set(after.map(({ place }) => numberOf(place)));
    for (const { place } of before) if (!kept.has(numberOf(place))) this.#resting.push({ ...place, phase: 0 });
  }

  /** A data thread died: what it held is free again, what it had under way counts as over. */
  releaseThread(thread: number, slots: readonly PlacedSlot[]): void {
    for (const { place, plan } of slots) {
      const { words, word, own, counters, row } = slotOf(this.#memory, place, thread, this.threads);
      const held = Atomics.exchange(words, own, 0);
      if (plan.countsInFlight) Atomics.sub(words, word, held);
      counters[row + RuleCounter.COMPLETE] = counters[row + RuleCounter.PASS] as number;
    }
    for (const place of this.#resting) {
      const { counters, row } = slotOf(this.#memory, place, thread, this.threads);
      counters[row + RuleCounter.COMPLETE] = counters[row + RuleCounter.PASS] as number;
    }
  }

  /** About once a second: keeps state in range, and takes back slots that nobody holds any more. */
  refresh(slots: readonly PlacedSlot[], nowMs: number): void {
    for (const { rule, plan, place } of slots) rule.refreshSlot?.(plan, ...this.#words(place), nowMs);
    this.#resting = this.#resting.filter((place) => {
      if (this.sum(place, RuleCounter.PASS) > this.sum(place, RuleCounter.COMPLETE)) return true;
      this.#freeOf((this.#memory[place.chunk] as OpenMemory).shape).push(numberOf(place));
      return false;
    });
  }

  /** All counters, over all threads, into `into`; peaks add up, too. */
  sumAll(place: SlotPlace, into: Float64Array): void {
    const { counters, firstRow, rowStride, threads } = slotOf(this.#memory, place, 0, this.threads);
    into.fill(0);
    for (let thread = 0; thread < threads; thread++)
      for (let cell = 0; cell < COUNTER_CELLS; cell++)
        into[cell] = (into[cell] as number) + (counters[firstRow + thread * rowStride + cell] as number);
  }

  /** A counter, over all threads. */
  sum(place: SlotPlace, counter: RuleCounter): number {
    let total = 0;
    const { counters, firstRow, rowStride, threads } = slotOf(this.#memory, place, 0, this.threads);
    for (let thread = 0; thread < threads; thread++)
      total += counters[firstRow + thread * rowStride + counter] as number;
    return total;
  }

  /** Most requests in flight at one moment since a second of the rules' time; where none began since, those that still are. */
  peak(place: SlotPlace, sinceSecond: number): number {
    let total = 0;
    const { counters, firstRow, rowStride, threads } = slotOf(this.#memory, place, 0, this.threads);
    for (let thread = 0; thread < threads; thread++) {
      const row = firstRow + thread * rowStride;
      const inFlight = (counters[row + RuleCounter.PASS] as number) - (counters[row + RuleCounter.COMPLETE] as number);
      const isFresh = (counters[row + RuleCounter.PEAK_SECOND] as number) >= sinceSecond;
      total += isFresh ? (counters[row + RuleCounter.PEAK] as number) : Math.max(0, inFlight);
    }
    return total;
  }

  gauge({ rule, plan, place }: PlacedSlot, nowMs: number): RuleGauge | null {
    return rule.gauge?.(plan, ...this.#words(place), nowMs) ?? null;
  }

  /** The slot as the control thread looks at it. */
  view(place: SlotPlace): ReturnType<typeof slotOf> {
    return slotOf(this.#memory, place, 0, this.threads);
  }

  #words(place: SlotPlace): [words: Int32Array, word: number] {
    const { words, word } = slotOf(this.#memory, place, 0, this.threads);
    return [words, word];
  }

  #freeOf({ words, cells }: SlotShape): number[] {
    const key = `${words} ${cells}`;
    let free = this.#free.get(key);
    if (free === undefined) {
      free = [];
      this.#free.set(key, free);
    }
    return free;
  }

  #take(shape: SlotShape): SlotPlace {
    const free = this.#freeOf(shape);
    if (free.length === 0) {
      const chunk = this.#shared.push(createMemory(shape, this.threads)) - 1;
      this.#memory.push(openMemory(this.#shared[chunk] as SlotMemory));
      for (let index = SLOTS_PER_CHUNK - 1; index >= 0; index--) free.push(chunk * SLOTS_PER_CHUNK + index);
    }
    const number = free.pop() as number;
    const place: SlotPlace = { chunk: Math.floor(number / SLOTS_PER_CHUNK), slot: number % SLOTS_PER_CHUNK, phase: 0 };
    this.#clear(place);
    return place;
  }

  #clear(place: SlotPlace): void {
    const { words, word, own, counters, firstRow, rowStride } = slotOf(this.#memory, place, 0, this.threads);
    words.fill(0, word, own + this.threads);
    counters.fill(0, firstRow, firstRow + this.threads * rowStride);
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
