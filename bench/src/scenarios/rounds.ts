/** The loop that all comparing scenarios share: every subject warmed up, then rounds in which each has its turn. */
import type { LoadOptions, LoadResult } from '../../load/generator.ts';
import type { LoadJob } from '../../load/main.ts';
import type { StreamResult } from '../../load/tcp-stream.ts';
import { runLoadProcess } from '../load-process.ts';
import {
  type Backends,
  type Candidate,
  type RunningSubject,
  type SubjectOptions,
  startBackends,
  startSubject,
} from '../session.ts';
import { type CpuSample, cpuBetween, residentKib, sampleCpu } from '../usage.ts';
import type { Settings } from './scenario.ts';
import { brisk } from './warm-up.ts';

export interface Turn {
  readonly result: LoadResult | StreamResult;
  readonly cpu: CpuSample;
  readonly residentKib: number;
}

export interface Contestant {
  readonly candidate: Candidate;
  readonly running: RunningSubject;
}

/** What takes turns: a contestant, or the way without a proxy. */
export interface Runner {
  readonly running: Pick<RunningSubject, 'name' | 'port' | 'pid'>;
  /** What the load of this one alone has. */
  readonly load?: Pick<LoadOptions, 'copiesTo'>;
}

/** Distributes over the two shapes of load, which differ in what they count. */
export type JobFor = (port: number, warmupMs: number, durationMs: number) => LoadJob & { kind: 'requests' | 'stream' };

/** Runs one load against a running subject and samples what the subject used meanwhile. */
export async function takeTurn(pid: number, job: LoadJob & { kind: 'requests' | 'stream' }): Promise<Turn> {
  let before: CpuSample | null = null;
  let after: CpuSample | null = null;
  let resident = 0;
  const hooks = {
    onMeasuring: (): void => {
      before = sampleCpu(pid);
    },
    onMeasured: (): void => {
      after = sampleCpu(pid);
      resident = residentKib(pid);
    },
  };
  const result = await (job.kind === 'stream' ? runLoadProcess(job, hooks) : runLoadProcess(job, hooks));
  if (before === null || after === null) throw new Error('the load generator did not say when it measured');
  return { result, cpu: cpuBetween(before, after), residentKib: resident };
}

export interface Field {
  readonly contestants: readonly Contestant[];
  readonly absent: readonly { readonly subject: string; readonly reason: string }[];
  readonly backends: Backends;
  stop(): Promise<void>;
}

/** Starts the backends and every subject that can take part. */
export async function startField(settings: Settings, options: SubjectOptions): Promise<Field> {
  const backends = await startBackends();
  const contestants: Contestant[] = [];
  const absent: { subject: string; reason: string }[] = [];
  const wanted = { protocol: options.protocol, threads: options.threads ?? 1, routes: options.routes ?? 2 };
  for (const candidate of settings.candidates) {
    const reason = candidate.subject.unsupported(wanted);
    if (reason !== '') {
      absent.push({ subject: candidate.subject.name, reason });
      continue;
    }
    try {
      contestants.push({ candidate, running: await startSubject(candidate, options, backends) });
    } catch (error) {
      absent.push({ subject: candidate.subject.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    contestants,
    absent,
    backends,
    stop: async () => {
      for (const { running } of contestants) await running.stop();
      await backends.stop();
    },
  };
}

/** Warms every contestant up once, then lets them alternate; returns the turns of each, by name. */
export async function runRounds(
  settings: Settings,
  contestants: readonly Runner[],
  jobFor: JobFor,
): Promise<Map<string, Turn[]>> {
  const turns = new Map<string, Turn[]>();
  const jobOf = ({ running, load }: Runner, warmupMs: number, durationMs: number): ReturnType<JobFor> => {
    const job = jobFor(running.port, warmupMs, durationMs);
    return job.kind === 'requests' ? { ...job, ...load } : job;
  };
  for (const runner of contestants) {
    const { running } = runner;
    settings.say(`  warm-up ${running.name}`);
    await takeTurn(running.pid, brisk(jobOf(runner, settings.warmupMs, 200)));
    turns.set(running.name, []);
  }
  for (let round = 0; round < settings.rounds; round++) {
    for (const runner of contestants) {
      const { running } = runner;
      const turn = await takeTurn(running.pid, jobOf(runner, 300, settings.windowMs));
      turns.get(running.name)?.push(turn);
      const { result } = turn;
      const rate =
        'bytes' in result
          ? `${(result.bytesPerSecond / 1e9).toFixed(2)} GB/s`
          : `${Math.round(result.requestsPerSecond)}/s`;
      settings.say(
        `  round ${round + 1}/${settings.rounds} ${running.name}: ${rate}${result.errors > 0 ? `, ${result.errors} errors` : ''}`,
      );
    }
  }
  return turns;
}
