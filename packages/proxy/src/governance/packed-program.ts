/**
 * A program as bytes in shared memory. A clone of some thousand rules would stall the thread that receives it for tens of
 * milliseconds; this crosses for nothing, and the thread reads it rule by rule between requests.
 */
export interface PackedProgram {
  /** Names of the lists of the program, with the number of their items. */
  readonly lists: readonly { readonly name: string; readonly count: number }[];
  /** Int32: where each item ends in `bytes`; all lists behind one another. */
  readonly ends: SharedArrayBuffer;
  /** UTF-8 of each item's JSON. */
  readonly bytes: SharedArrayBuffer;
}

const ITEMS_PER_STEP = 32;

/** Packs an object of lists of plain data. */
export function packProgram(program: Readonly<Record<string, readonly unknown[]>>): PackedProgram {
  const lists = Object.entries(program).map(([name, items]) => ({ name, count: items.length }));
  const texts = Object.values(program).flatMap((items) => items.map((item) => Buffer.from(JSON.stringify(item))));
  const ends = new SharedArrayBuffer(4 * texts.length);
  const bytes = new SharedArrayBuffer(texts.reduce((sum, text) => sum + text.length, 0));
  const endsView = new Int32Array(ends);
  const view = Buffer.from(bytes);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text.copy(view, end);
    endsView[index] = end;
  }
  return { lists, ends, bytes };
}

/** The program that was packed, in small steps. */
export function* unpackProgram(
  packed: PackedProgram,
  itemsPerStep: number = ITEMS_PER_STEP,
): Generator<void, Record<string, unknown[]>> {
  const ends = new Int32Array(packed.ends);
  const bytes = Buffer.from(packed.bytes);
  const program: Record<string, unknown[]> = {};
  let index = 0;
  let start = 0;
  for (const { name, count } of packed.lists) {
    const items: unknown[] = [];
    program[name] = items;
    while (items.length < count) {
      const end = ends[index++] as number;
      items.push(JSON.parse(bytes.toString('utf8', start, end)));
      start = end;
      if (items.length % itemsPerStep === 0) yield;
    }
  }
  return program;
}
