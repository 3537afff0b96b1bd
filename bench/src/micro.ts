/**
 * Runs the `*.bench.ts` files beside the sources. Such a file exports `benchmarks`: functions by name, each one the
 * operation to time; `setup` work belongs outside of them.
 *
 *   export const benchmarks = { 'decode a 637-byte head': () => { decode(head); } };
 */
import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';
import { repositoryRoot } from './processes.ts';

/** Operations to time, by the name that the report shows. */
export type Benchmarks = Readonly<Record<string, () => unknown>>;

export interface MicroRow {
  readonly file: string;
  readonly name: string;
  readonly medianNs: number;
  readonly p99Ns: number;
  readonly operationsPerSecond: number;
  readonly samples: number;
}

/** Files whose path contains `filter`. Finding none is an error: a silent zero looks like success. */
export function findBenchFiles(filter: string, root = repositoryRoot): string[] {
  const found = globSync(['packages/*/src/**/*.bench.ts', 'bench/src/**/*.bench.ts'], { cwd: root });
  const files = found.filter((file) => file.includes(filter)).sort();
  if (files.length === 0) throw new Error(`no *.bench.ts file ${filter === '' ? 'exists' : `matches "${filter}"`} (${found.length} in all)`);
  return files;
}

/** Times every operation of one file for `timeMs` each. */
export async function runBenchFile(file: string, timeMs: number, root = repositoryRoot): Promise<MicroRow[]> {
  const module = (await import(pathToFileURL(path.join(root, file)).href)) as { benchmarks?: Benchmarks };
  if (module.benchmarks === undefined || Object.keys(module.benchmarks).length === 0) {
    throw new Error(`${file} exports no \`benchmarks\``);
  }
  const bench = new Bench({ time: timeMs, warmupTime: Math.min(200, timeMs), throws: true });
  for (const [name, operation] of Object.entries(module.benchmarks)) bench.add(name, operation);
  await bench.run();
  return bench.tasks.map((task) => {
    const { result } = task;
    if (result === undefined || !('latency' in result)) throw new Error(`${file}: "${task.name}" did not finish`);
    return {
      file,
      name: task.name,
      medianNs: result.latency.p50 * 1e6,
      p99Ns: result.latency.p99 * 1e6,
      operationsPerSecond: result.throughput.p50,
      samples: result.latency.samplesCount,
    };
  });
}

export function renderMicro(rows: readonly MicroRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines: string[] = [];
  let file = '';
  for (const row of rows) {
    if (row.file !== file) lines.push(row.file);
    file = row.file;
    lines.push(
      `  ${row.name.padEnd(width)}  ${row.medianNs.toFixed(1).padStart(10)} ns  p99 ${row.p99Ns.toFixed(1).padStart(10)} ns  ` +
        `${Math.round(row.operationsPerSecond).toLocaleString('en-US').padStart(14)}/s`,
    );
  }
  return lines.join('\n');
}
