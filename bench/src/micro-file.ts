/**
 * Runs one `*.bench.ts` file: `node micro-file.ts FILE MS_PER_OPERATION`.
 *
 * A file either exports `benchmarks`, functions by name that are timed here,
 *
 *   export const benchmarks = { 'decode a 637-byte head': () => decode(head) };
 *
 * or times and prints by itself when it is loaded.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';

/** Operations to time, by the name that the report shows. */
export type Benchmarks = Readonly<Record<string, () => unknown>>;

const [file = '', timeMs = '1000'] = process.argv.slice(2);
const module = (await import(pathToFileURL(path.resolve(file)).href)) as { benchmarks?: Benchmarks };
if (module.benchmarks !== undefined) {
  const bench = new Bench({ time: Number(timeMs), warmupTime: Math.min(200, Number(timeMs)), throws: true });
  for (const [name, operation] of Object.entries(module.benchmarks)) bench.add(name, operation);
  await bench.run();
  const width = Math.max(...bench.tasks.map(({ name }) => name.length));
  for (const { name, result } of bench.tasks) {
    if (!('latency' in result)) throw new Error(`${file}: "${name}" did not finish`);
    const nanoseconds = (ms: number): string => (ms * 1e6).toFixed(1).padStart(10);
    const { p50, p99 } = result.latency;
    process.stdout.write(`  ${name.padEnd(width)}  ${nanoseconds(p50)} ns  p99 ${nanoseconds(p99)} ns\n`);
  }
}
