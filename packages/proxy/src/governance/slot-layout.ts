import { COUNTER_CELLS, type RuleSlot, SLOT_WORDS } from '@weft/sdk';
import type { SlotMemory, SlotPlace } from './messages.ts';

/*
 *     words     slot 0: [phase 0: SLOT_WORDS] [phase 1: SLOT_WORDS] [thread 0] [thread 1] …   slot 1: …
 *     counters  slot 0: [thread 0: COUNTER_CELLS] [thread 1: COUNTER_CELLS] …                 slot 1: …
 */
export const PHASES = 2;
export const SLOTS_PER_CHUNK = 64;

const wordsPerSlot = (threads: number): number => PHASES * SLOT_WORDS + threads;

export function createMemory(threads: number): SlotMemory {
  return {
    words: new SharedArrayBuffer(4 * SLOTS_PER_CHUNK * wordsPerSlot(threads)),
    counters: new SharedArrayBuffer(8 * SLOTS_PER_CHUNK * threads * COUNTER_CELLS),
  };
}

/** Memory as typed arrays. */
export interface OpenMemory {
  readonly words: Int32Array;
  readonly counters: Float64Array;
}

export function openMemory(memory: SlotMemory): OpenMemory {
  return { words: new Int32Array(memory.words), counters: new Float64Array(memory.counters) };
}

/** A slot as one thread uses it. */
export function slotOf(memory: readonly OpenMemory[], place: SlotPlace, thread: number, threads: number): RuleSlot {
  const { words, counters } = memory[place.chunk] as OpenMemory;
  const base = place.slot * wordsPerSlot(threads);
  return {
    words,
    word: base + place.phase * SLOT_WORDS,
    own: base + PHASES * SLOT_WORDS + thread,
    counters,
    row: (place.slot * threads + thread) * COUNTER_CELLS,
  };
}
