/** Ids of requests as SOFATracer, B3 and W3C write them: hexadecimal, from 16 digits on. */
const TRACE = /^[0-9a-f]{16,64}$/i;
export const looksLikeTrace = (text: string): boolean => TRACE.test(text);

/** Equal first, then what begins with it, then what begins with it after a stop, then the rest. */
const RANKS = 4;
const STOPS = '.-:/_ ·';

function rankOf(word: string, text: string): number {
  const at = word.indexOf(text);
  if (at < 0) return RANKS;
  if (word === text) return 0;
  if (at === 0) return 1;
  return STOPS.includes(word[at - 1] ?? '') ? 2 : RANKS - 1;
}

/**
 * The rows that have the text in one of their words, whatever the case: how many there are, and the best of them.
 * Keeps no more than `RANKS * size` of them, so that a search of very many costs no memory.
 */
export function bestOf<Row>(
  rows: Iterable<Row>,
  text: string,
  size: number,
  wordsOf: (row: Row) => readonly string[],
): { readonly best: readonly Row[]; readonly total: number } {
  const wanted = text.toLowerCase();
  const byRank: Row[][] = Array.from({ length: RANKS }, () => []);
  let total = 0;
  for (const row of rows) {
    const rank = Math.min(...wordsOf(row).map((word) => rankOf(word.toLowerCase(), wanted)));
    if (rank >= RANKS) continue;
    total++;
    const own = byRank[rank];
    if (own !== undefined && own.length < size) own.push(row);
  }
  return { best: byRank.flat().slice(0, size), total };
}
