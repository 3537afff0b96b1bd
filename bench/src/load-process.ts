/** Runs the load generator as a process of its own, on the load core, and follows its events. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadResult } from '../load/generator.ts';
import type { LoadJob } from '../load/main.ts';
import type { StreamResult } from '../load/tcp-stream.ts';
import { benchRoot, LOAD_CORE } from './processes.ts';

export interface LoadHooks {
  onMeasuring?(): void;
  onMeasured?(): void;
}

function spawnGenerator(job: LoadJob): ChildProcess {
  const argv = ['-c', String(LOAD_CORE), process.execPath, path.join(benchRoot, 'load/main.ts'), JSON.stringify(job)];
  return spawn('taskset', argv, { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs a job to its end. */
export function runLoadProcess(job: LoadJob & { kind: 'requests' }, hooks?: LoadHooks): Promise<LoadResult>;
export function runLoadProcess(job: LoadJob & { kind: 'stream' }, hooks?: LoadHooks): Promise<StreamResult>;
export async function runLoadProcess(job: LoadJob, hooks: LoadHooks = {}): Promise<LoadResult | StreamResult> {
  const child = spawnGenerator(job);
  let complaint = '';
  let result: LoadResult | StreamResult | null = null;
  child.stderr?.on('data', (bytes: Buffer) => {
    complaint += bytes.toString();
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    const event = JSON.parse(line) as { event: string };
    if (event.event === 'measuring') hooks.onMeasuring?.();
    else if (event.event === 'measured') hooks.onMeasured?.();
    // The generator is ours: which result it gives follows from the job.
    else if (event.event === 'result') result = event as unknown as LoadResult;
  });
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (result === null)
    throw new Error(`the load generator gave no result: ${complaint.split('\n').slice(0, 8).join('\n')}`);
  return result;
}

export interface HeldCrowd {
  /** Connections open when the crowd stood. */
  readonly open: number;
  /** Ends the crowd and returns how many connections were still open. */
  release(): Promise<number>;
}

/** Starts a crowd of idle or slow connections and returns when it stands. */
export async function holdCrowd(job: LoadJob & { kind: 'idle' | 'slow' }): Promise<HeldCrowd> {
  const child = spawnGenerator(job);
  let complaint = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    complaint += bytes.toString();
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let stillOpen = 0;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const open = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      const event = JSON.parse(line) as { event: string; open: number };
      if (event.event === 'holding') resolve(event.open);
      if (event.event === 'result') stillOpen = event.open;
    });
    child.once('close', () =>
      reject(new Error(`the crowd did not stand: ${complaint.split('\n').slice(0, 8).join('\n')}`)),
    );
  });
  return {
    open,
    release: async () => {
      child.stdin?.end();
      await closed;
      return stillOpen;
    },
  };
}
