export interface FoundLines {
  readonly lines: readonly { readonly at: number; readonly hit: boolean }[];
  readonly hits: number;
  /** Lines that are left out because of the bound. */
  readonly more: number;
}

/** Lines that contain `wanted` (case aside) with `context` lines around each; all of them when nothing is wanted. */
export function findLines(lines: readonly string[], wanted: string, context: number, maxLines: number): FoundLines {
  const needle = wanted.trim().toLowerCase();
  const kept = new Map<number, boolean>();
  let hits = 0;
  for (let at = 0; at < lines.length; at += 1) {
    if (needle === '') {
      kept.set(at, false);
    } else if (lines[at]?.toLowerCase().includes(needle) === true) {
      hits += 1;
      const last = Math.min(lines.length - 1, at + context);
      for (let near = Math.max(0, at - context); near <= last; near += 1) {
        kept.set(near, near === at || kept.get(near) === true);
      }
    }
  }
  const all = [...kept].sort(([a], [b]) => a - b).map(([at, hit]) => ({ at, hit }));
  return { lines: all.slice(0, maxLines), hits, more: Math.max(0, all.length - maxLines) };
}
