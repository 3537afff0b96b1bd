import {
  COUNTER_CELLS,
  type GovernanceRule,
  type RuleNode,
  type RuleServices,
  type RuleSlot,
  SLOT_WORDS,
  type SlotPlan,
} from '@weft/sdk';

/** Slots of their own memory, for one thread. */
export function localSlots(rule: GovernanceRule, plans: readonly SlotPlan[], nowMs: number): RuleSlot[] {
  const slotWords = rule.slotWords ?? SLOT_WORDS;
  const cells = COUNTER_CELLS + (rule.slotCells ?? 0);
  const words = new Int32Array(new SharedArrayBuffer(4 * (slotWords + 1) * Math.max(1, plans.length)));
  const counters = new Float64Array(cells * Math.max(1, plans.length));
  return plans.map((plan, index) => {
    const word = index * (slotWords + 1);
    rule.initSlot(plan, words, word, nowMs);
    const row = index * cells;
    return { words, word, own: word + slotWords, counters, row, firstRow: row, rowStride: cells, threads: 1 };
  });
}

/** For rules that nobody else uses: slots of their own memory, for one thread, and nobody who reads what they would write. */
export function localServices(
  rule: GovernanceRule,
  plans: readonly SlotPlan[],
  nowMs: number,
  node: RuleNode,
  random: () => number,
): RuleServices {
  return {
    slots: localSlots(rule, plans, nowMs),
    node,
    detail: () => false,
    writes: () => false,
    random,
    log: () => {},
  };
}
