/** The part of knip's reporter options that is read here. */
interface KnipResult {
  readonly counters: Readonly<Record<string, number>>;
  readonly issues: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, KnipIssue>>>>>>;
}

interface KnipIssue {
  readonly filePath: string;
  readonly symbol: string;
  readonly line?: number;
}

/** A reporter for knip: one JSON line with how many files it analysed and what it found. */
export default function report({ counters, issues }: KnipResult): void {
  const found: { type: string; file: string; line: number; symbol: string }[] = [];
  for (const [type, byFile] of Object.entries(issues)) {
    for (const bySymbol of Object.values(byFile)) {
      for (const { filePath, symbol, line } of Object.values(bySymbol)) {
        found.push({ type, file: filePath, line: line ?? 1, symbol });
      }
    }
  }
  console.log(JSON.stringify({ processed: counters['processed'] ?? 0, found }));
}
