/** Figures that do not depend on how busy the machine is: system calls, allocated bytes, and where the CPU time goes. */
import { readFileSync } from 'node:fs';
import { parseGcTrace } from '../allocation.ts';
import { runLoadProcess } from '../load-process.ts';
import { temporaryDirectory } from '../processes.ts';
import { BUDGET, type BudgetPart, readProfiles, summarizeProfiles } from '../profile.ts';
import { type Backends, type Candidate, type SubjectOptions, startBackends, startSubject } from '../session.ts';
import { countSyscalls } from '../usage.ts';
import { type JobFor, takeTurn } from './rounds.ts';
import type { BudgetTable, ScenarioResult, Settings, TopFunctions } from './scenario.ts';

const HEAVIEST = 10;

/** System calls per request (or per 64 KB of a byte stream) under the given load. */
export async function syscallsPerRequest(
  pid: number,
  port: number,
  jobFor: JobFor,
): Promise<{ value: number; method: string } | null> {
  const job = jobFor(port, 0, 2000);
  const counter = await countSyscalls(pid);
  const result = await (job.kind === 'stream' ? runLoadProcess(job) : runLoadProcess(job));
  const calls = await counter.stop();
  // Without a warm-up the counted and the measured part are the same, but for connecting.
  const units = 'bytes' in result ? result.bytes / 65536 : result.latency.count;
  return calls === null || units === 0 ? null : { value: calls / units, method: counter.method };
}

/** Heap bytes allocated per request by a Node subject; measured on an instance of its own that traces collections. */
export async function allocatedPerRequest(
  candidate: Candidate,
  options: SubjectOptions,
  backends: Backends,
  jobFor: JobFor,
): Promise<number | null> {
  const running = await startSubject(candidate, { ...options, nodeFlags: ['--trace-gc'] }, backends);
  try {
    await takeTurn(running.pid, jobFor(running.port, 1500, 200));
    const earlier = readFileSync(running.logFile, 'utf8').length;
    const { result } = await takeTurn(running.pid, jobFor(running.port, 0, 4000));
    const trace = parseGcTrace(readFileSync(running.logFile, 'utf8').slice(earlier));
    if (trace === null || 'bytes' in result || result.requestsPerSecond === 0) return null;
    return trace.allocatedBytes / ((trace.coveredMs / 1000) * result.requestsPerSecond);
  } finally {
    await running.stop();
  }
}

export interface CpuBreakdown {
  readonly functions: TopFunctions;
  readonly budget: BudgetTable;
}

/** Profiles a Node subject, in the form that profiles are taken of, on an instance of its own. */
export async function cpuBreakdown(
  { subject: given, binary, version }: Candidate,
  options: SubjectOptions,
  backends: Backends,
  jobFor: JobFor,
): Promise<CpuBreakdown | null> {
  const folder = temporaryDirectory('profile');
  const nodeFlags = ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${folder}`];
  const candidate = { subject: given.profiled?.() ?? given, binary, version };
  const running = await startSubject(candidate, { ...options, nodeFlags }, backends);
  const job = jobFor(running.port, 1500, 5000);
  let measuringMs = 0;
  const hooks = {
    onMeasuring: (): void => {
      measuringMs = performance.now();
    },
  };
  let requests = 0;
  let lastMs = 0;
  try {
    const result = await (job.kind === 'stream' ? runLoadProcess(job, hooks) : runLoadProcess(job, hooks));
    requests = 'bytes' in result ? result.bytes / 65536 : result.latency.count;
    lastMs = performance.now() - measuringMs;
  } finally {
    await running.stop();
  }
  let summary: ReturnType<typeof summarizeProfiles>;
  try {
    summary = summarizeProfiles(readProfiles(folder), lastMs);
  } catch {
    // The subject did not end in a way that writes profiles; the report says that they are missing.
    return null;
  }
  if (requests === 0 || summary.busyMs === 0) return null;
  const micros = (ms: number): number => (ms * 1000) / requests;
  return {
    functions: {
      subject: candidate.subject.name,
      rows: summary.functions.slice(0, HEAVIEST).map(({ name, place, selfMs }) => ({
        name,
        place,
        microsPerRequest: micros(selfMs),
        share: selfMs / summary.busyMs,
      })),
    },
    budget: {
      subject: candidate.subject.name,
      rows: (Object.keys(BUDGET) as BudgetPart[]).map((part) => ({
        part,
        microsPerRequest: micros(summary.parts.get(part) ?? 0),
        budget: BUDGET[part],
      })),
    },
  };
}

/** A result that holds nothing but the profiles of the subjects that run on Node. */
export async function profileOf(
  scenario: string,
  variant: string,
  settings: Settings,
  options: SubjectOptions,
  jobFor: JobFor,
): Promise<ScenarioResult> {
  const functions: TopFunctions[] = [];
  const budgets: BudgetTable[] = [];
  const notes: string[] = [];
  const backends = await startBackends();
  try {
    for (const candidate of settings.candidates) {
      if (!candidate.subject.node) continue;
      settings.say(`  profile of ${candidate.subject.name}`);
      const breakdown = await cpuBreakdown(candidate, options, backends, jobFor);
      if (breakdown === null)
        notes.push(`no CPU profile of ${candidate.subject.name}: it wrote none when it was stopped`);
      else {
        functions.push(breakdown.functions);
        budgets.push(breakdown.budget);
      }
    }
  } finally {
    await backends.stop();
  }
  return { scenario, variant, subjects: [], comparisons: [], verdicts: [], absent: [], notes, functions, budgets };
}
