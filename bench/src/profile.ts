/** Where the time of a Node subject goes: self time of its CPU profiles, by part of the budget and by function. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  /** Microseconds of a clock of its own. */
  readonly startTime: number;
  readonly endTime: number;
}

export interface FunctionTime {
  readonly name: string;
  readonly place: string;
  readonly selfMs: number;
}

export interface ProfileSummary {
  /** Milliseconds of self time per part of the budget. */
  readonly parts: ReadonlyMap<BudgetPart, number>;
  /** All functions, the heaviest first. */
  readonly functions: readonly FunctionTime[];
  readonly busyMs: number;
}

/** Parts of the budget in the order of the table, with their share of the 6 µs for HTTP/1.1. */
export const BUDGET = {
  socket: 2.5,
  codec: 1.2,
  'exchange, route, balancer, filters': 1.0,
  'limits, timers, clock, metrics': 0.5,
  'access log': 0.4,
  'garbage collection': null,
  'native code and kernel': null,
  other: null,
} as const;

export type BudgetPart = keyof typeof BUDGET;

/** Rules in order; the first that matches a function's source decides. */
const RULES: readonly (readonly [pattern: RegExp, part: BudgetPart])[] = [
  [/packages\/proxy\/(src|dist)\/net\//, 'socket'],
  [/packages\/protocols\//, 'codec'],
  [/packages\/proxy\/(src|dist)\/(protocol|stream)\//, 'codec'],
  [/packages\/telemetry\/(src|dist)\/access-log/, 'access log'],
  [/packages\/(telemetry|kit)\//, 'limits, timers, clock, metrics'],
  [/packages\/(proxy|filters|load-balancers|health-checkers|sdk)\//, 'exchange, route, balancer, filters'],
  [/^node:(net|_?stream|internal\/(streams?|stream_base_commons|net|js_stream)|buffer|internal\/buffer)/, 'socket'],
  [/^node:internal\/(timers|process\/task_queues)|^node:timers/, 'limits, timers, clock, metrics'],
  [/^node:internal\/async_hooks|^node:events/, 'socket'],
  [/bench\/reference\//, 'codec'],
];

function partOf(functionName: string, url: string): BudgetPart | null {
  if (functionName === '(idle)') return null;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)' || functionName === '(root)') return 'native code and kernel';
  for (const [pattern, part] of RULES) if (pattern.test(url)) return part;
  // Built-in functions written in C++ carry no source: writes and reads of sockets above all.
  return url === '' ? 'native code and kernel' : 'other';
}

/** Shortens a source address to what a reader can find: the path inside the repository, or Node's own module name. */
function placeOf(url: string, line: number): string {
  const inside = /(?:^|\/)((?:packages|apps|bench)\/.+)$/.exec(url)?.[1] ?? url;
  return inside === '' ? '(native)' : `${inside}:${line + 1}`;
}

/** Adds up profiles of all threads of one process, over the last `lastMs` of each: what came before was the start. */
export function summarizeProfiles(profiles: readonly CpuProfile[], lastMs = Number.POSITIVE_INFINITY): ProfileSummary {
  const parts = new Map<BudgetPart, number>();
  const functions = new Map<string, { name: string; place: string; selfMs: number }>();
  let busyMs = 0;
  for (const profile of profiles) {
    const byId = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    const from = profile.endTime - lastMs * 1000;
    let at = profile.startTime;
    for (const [index, id] of profile.samples.entries()) {
      at += profile.timeDeltas[index] ?? 0;
      if (at < from) continue;
      const frame = byId.get(id);
      if (frame === undefined) continue;
      const part = partOf(frame.functionName, frame.url);
      if (part === null) continue;
      // The delta that follows a sample is how long its function was on top.
      const selfMs = (profile.timeDeltas[index + 1] ?? 0) / 1000;
      busyMs += selfMs;
      parts.set(part, (parts.get(part) ?? 0) + selfMs);
      const place = placeOf(frame.url, frame.lineNumber);
      const key = `${frame.functionName} ${place}`;
      const known = functions.get(key);
      if (known === undefined) functions.set(key, { name: frame.functionName || '(anonymous)', place, selfMs });
      else known.selfMs += selfMs;
    }
  }
  return { parts, functions: [...functions.values()].sort((a, b) => b.selfMs - a.selfMs), busyMs };
}

/** Reads every profile in a folder. */
export function readProfiles(folder: string): CpuProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as CpuProfile);
}
