/**
 * Prints ns per call of `work`: the best and the median of fifteen rounds of about 20 ms, after a warm-up. On a machine that
 * others use too, the best is the figure to compare. For `*.bench.ts` files only.
 */
export function benchLoop(name: string, work: (i: number) => unknown): void {
  let sink: unknown;
  let count = 1000;
  const round = (): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) sink = work(i);
    return Number(process.hrtime.bigint() - start);
  };
  while (round() < 20_000_000) count *= 2;
  const rounds = Array.from({ length: 15 }, () => round() / count).sort((a, b) => a - b);
  // `sink` is read so that the work cannot be removed.
  const end = sink === benchLoop ? ' ' : '';
  console.log(
    `${name.padEnd(40)} best ${rounds[0]!.toFixed(1).padStart(10)} ns  median ${rounds[7]!.toFixed(1).padStart(10)} ns${end}`,
  );
}
