/** Turns of a subject → its figures; two subjects → their ratios. */
import { pairwiseRatios, spreadOf } from '../statistics.ts';
import type { Contestant, Turn } from './rounds.ts';
import type { Comparison, Figures, SubjectFigures } from './scenario.ts';

/** Units of a byte stream: CPU is reported per 64 KB chunk, as it is per request elsewhere. */
const CHUNK_BYTES = 65536;

function unitsOf(turn: Turn): number {
  return 'bytes' in turn.result ? turn.result.bytes / CHUNK_BYTES : turn.result.completed;
}

/** What one turn says about a quantity. Percentiles of no answers at all come as null, JSON having no NaN. */
export const QUANTITIES = {
  requestsPerSecond: (turn: Turn) => ('bytes' in turn.result ? Number.NaN : turn.result.requestsPerSecond),
  bytesPerSecond: (turn: Turn) => ('bytes' in turn.result ? turn.result.bytesPerSecond : Number.NaN),
  userMicros: (turn: Turn) => (turn.cpu.userMs * 1000) / unitsOf(turn),
  systemMicros: (turn: Turn) => (turn.cpu.systemMs * 1000) / unitsOf(turn),
  cpuShare: (turn: Turn) => (turn.cpu.userMs + turn.cpu.systemMs) / turn.result.measuredMs,
  p50Ms: (turn: Turn) => ('bytes' in turn.result ? Number.NaN : (turn.result.latency.p50 ?? Number.NaN)),
  p99Ms: (turn: Turn) => ('bytes' in turn.result ? Number.NaN : (turn.result.latency.p99 ?? Number.NaN)),
  p999Ms: (turn: Turn) => ('bytes' in turn.result ? Number.NaN : (turn.result.latency.p999 ?? Number.NaN)),
  residentMib: (turn: Turn) => turn.residentKib / 1024,
} as const;

export type Quantity = keyof typeof QUANTITIES;

/** Below this share of its core the proxy was waiting for the load side, so its rate is not its limit. */
const SATURATED = 0.9;

export function figuresOf(contestant: Contestant, turns: readonly Turn[], wanted: readonly Quantity[]): SubjectFigures {
  const figures: Record<string, Figures[string]> = {};
  for (const quantity of wanted) figures[quantity] = spreadOf(turns.map(QUANTITIES[quantity]));
  const notes: string[] = [];
  const kinds = new Map<string, number>();
  for (const { result } of turns) {
    for (const [kind, count] of Object.entries(result.errorKinds)) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  }
  for (const [kind, count] of kinds) notes.push(`errors: ${count} × ${kind}`);
  const threads = new Map<string, number>();
  for (const turn of turns) {
    for (const [name, times] of turn.cpu.threads) {
      threads.set(
        name,
        (threads.get(name) ?? 0) + ((times.userMs + times.systemMs) * 1000) / unitsOf(turn) / turns.length,
      );
    }
  }
  const heavy = [...threads]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .filter(([, micros]) => micros >= 0.05);
  if (heavy.length > 1)
    notes.push(`CPU by thread: ${heavy.map(([name, micros]) => `${name} ${micros.toFixed(2)} µs`).join(', ')}`);
  return {
    subject: contestant.candidate.subject.name,
    version: contestant.candidate.version,
    figures,
    errors: turns.reduce((sum, turn) => sum + turn.result.errors, 0),
    notes,
  };
}

/** Notes the subjects that did not fill their core in a closed loop. */
export function unsaturated(subjects: readonly SubjectFigures[]): string[] {
  const idle = subjects
    .filter(({ figures }) => (figures['cpuShare']?.median ?? 1) < SATURATED)
    .map(({ subject }) => subject);
  if (idle.length === 0) return [];
  return [
    `rates of ${idle.join(', ')} are not their limit (proxy core below ${SATURATED * 100} %: the load side or other processes held them back): compare CPU, not rate`,
  ];
}

/** Ratios of the first contestant to each other one. */
export function compare(
  contestants: readonly Contestant[],
  turns: ReadonlyMap<string, readonly Turn[]>,
  quantities: readonly Quantity[],
): Comparison[] {
  const comparisons: Comparison[] = [];
  const [first, ...peers] = contestants.map(({ running }) => running.name);
  if (first === undefined) return comparisons;
  for (const peer of peers) {
    for (const quantity of quantities) {
      const of = (name: string): number[] => (turns.get(name) ?? []).map(QUANTITIES[quantity]);
      comparisons.push({ subject: first, peer, quantity, ratio: pairwiseRatios(of(first), of(peer)) });
    }
  }
  return comparisons;
}

/** The median ratio of the first contestant to a peer, if both took part. */
export function ratioTo(comparisons: readonly Comparison[], peer: string, quantity: Quantity): number | undefined {
  return comparisons.find((one) => one.peer === peer && one.quantity === quantity)?.ratio.median;
}

export function medianOf(subjects: readonly SubjectFigures[], subject: string, quantity: string): number | undefined {
  return subjects.find((one) => one.subject === subject)?.figures[quantity]?.median;
}
