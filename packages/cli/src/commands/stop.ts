import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '@weft/kit';
import { call, errorOf } from '../control/call.ts';
import { findSocketToEnd } from '../control/find-socket.ts';
import { CommandError, type Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';

const LOOK_MS = 50;
/** Between two questions how far it is. */
const PROGRESS_MS = 250;

export interface StopOptions {
  readonly config?: string;
  readonly now?: boolean;
  readonly timeout: string;
}

/**
 * Stops a proxy and waits for its end. Exit code 0 when it has ended, 1 when it has not in time. `tell` gets a line for
 * which proxy it is, where none was named, and for everything that it waits for.
 */
export async function runStop(engine: Engine, options: StopOptions, tell: (line: string) => void): Promise<Outcome> {
  const seconds = Number(options.timeout);
  if (!/^\d+$/.test(options.timeout))
    throw new CommandError(EXIT.USAGE, 'usage', `--timeout: "${options.timeout}" is not a whole number of seconds`);
  const socket = await findSocketToEnd(engine, options.config, tell);
  const pid = Number(/pid=(\d+)/.exec((await call(socket, 'GET', '/api/v1/states')).body)?.[1] ?? 0);
  await requestStop(socket, options.now === true);
  const deadline = performance.now() + seconds * 1000;
  const progress = createProgress(socket, tell);
  while (isAlive(pid)) {
    await progress();
    if (performance.now() > deadline)
      throw new CommandError(
        EXIT.FAILED,
        'still_running',
        `pid ${pid} still runs after ${seconds} s; \`weft proxy stop --now\` does not wait for requests`,
      );
    await pause(LOOK_MS);
  }
  return { exitCode: EXIT.OK, text: `stopped (pid ${pid})`, json: { ok: true, pid } };
}

interface Drain {
  readonly phase: 'serving' | 'leaving' | 'draining' | 'stopping';
  readonly connections: number;
  readonly remaining_ms: number;
}

/** Tells of each phase once, when it begins. */
function createProgress(socket: string, tell: (line: string) => void): () => Promise<void> {
  let told = '';
  let nextAt = 0;
  return async () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + PROGRESS_MS;
    let drain: Drain;
    try {
      drain = JSON.parse((await call(socket, 'GET', '/api/v1/drain')).body) as Drain;
    } catch {
      // It has closed its admin API: the rest takes a moment.
      return;
    }
    if (drain.phase === told) return;
    told = drain.phase;
    const line = describePhase(drain);
    if (line !== null) tell(line);
  };
}

function describePhase({ phase, connections, remaining_ms: remainingMs }: Drain): string | null {
  const seconds = Math.ceil(remainingMs / 1000);
  if (phase === 'leaving') return `leaving: callers learn of it for ${seconds} s, and are served meanwhile`;
  if (phase === 'draining')
    return `draining: ${connections} ${connections === 1 ? 'connection' : 'connections'}, running requests may finish for ${seconds} s`;
  return null;
}

/** A proxy that stops at once may be gone before its answer is: whether it has ended is what counts. */
async function requestStop(socket: string, now: boolean): Promise<void> {
  try {
    const answer = await call(socket, 'POST', `/api/v1/stop?graceful=${now ? 0 : 1}`);
    if (answer.status !== 200)
      throw new CommandError(EXIT.REFUSED, 'refused', `the proxy refuses to stop: ${errorOf(answer)}`);
  } catch (error) {
    if (!(now && error instanceof CommandError && error.code === 'unreachable')) throw error;
  }
}

/** A process that has ended and waits for its parent to notice is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: it is gone.
    return false;
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // No /proc, or gone between the two looks: the next look tells.
    return true;
  }
}
