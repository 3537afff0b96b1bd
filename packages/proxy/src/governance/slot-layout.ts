import { COUNTER_CELLS, type GovernanceRule, type RuleSlot, SLOT_WORDS } from '@weft/sdk';
import type { SlotMemory, SlotPlace, SlotShape } from './messages.ts';

/*
 *     words     slot 0: [phase 0: words] [phase 1: words] [thread 0] [thread 1] …              slot 1: …
 *     counters  slot 0: [thread 0: COUNTER_CELLS + cells] [thread 1: COUNTER_CELLS + cells] …  slot 1: …
 *
 * All slots of one memory have the same shape: that of the rule types that ask for it.
 */
export const PHASES = 2;
export const SLOTS_PER_CHUNK = 64;

export function shapeOf(rule: Pick<GovernanceRule, 'slotWords' | 'slotCells'>): SlotShape {
  return { words: rule.slotWords ?? SLOT_WORDS, cells: COUNTER_CELLS + (rule.slotCells ?? 0) };
}

const wordsPerSlot = (shape: SlotShape, threads: number): number => PHASES * shape.words + threads;

export function createMemory(shape: SlotShape, threads: number): SlotMemory {
  return {
    shape,
    words: new SharedArrayBuffer(4 * SLOTS_PER_CHUNK * wordsPerSlot(shape, threads)),
    counters: new SharedArrayBuffer(8 * SLOTS_PER_CHUNK * threads * shape.cells),
  };
}

/** Memory as typed arrays. */
export interface OpenMemory {
  readonly shape: SlotShape;
  readonly words: Int32Array;
  readonly counters: Float64Array;
}

export function openMemory(memory: SlotMemory): OpenMemory {
  return { shape: memory.shape, words: new Int32Array(memory.words), counters: new Float64Array(memory.counters) };
}

/** A slot as one thread uses it. */
export function slotOf(memory: readonly OpenMemory[], place: SlotPlace, thread: number, threads: number): RuleSlot {
  const { shape, words, counters } = memory[place.chunk] as OpenMemory;
  const base = place.slot * wordsPerSlot(shape, threads);
  const firstRow = place.slot * threads * shape.cells;
  return {
    words,
    word: base + place.phase * shape.words,
    own: base + PHASES * shape.words + thread,
    counters,
    row: firstRow + thread * shape.cells,
    firstRow,
    rowStride: shape.cells,
    threads,
  };
}
