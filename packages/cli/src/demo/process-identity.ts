import { readdirSync, readFileSync } from 'node:fs';

/** Fields of /proc/PID/stat, counted from the one behind the name. */
const STATE = 0;
const GROUP = 2;
const STARTED = 19;
const ZOMBIE = 'Z';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the start of the system; '' where the system does not tell. */
  readonly startedAt: string;
}

/** Null for a process that is gone. */
export function identify(pid: number): ProcessIdentity | null {
  const fields = statOf(pid);
  if (fields !== null) return fields[STATE] === ZOMBIE ? null : { pid, startedAt: fields[STARTED] ?? '' };
  return isAlive(pid) ? { pid, startedAt: '' } : null;
}

/** Whether it is still the same process that runs; false where that cannot be known. */
export function stillRuns({ pid, startedAt }: ProcessIdentity): boolean {
  return startedAt !== '' && identify(pid)?.startedAt === startedAt;
}

/** Whether any process of the group that `pid` leads is left; one that has ended and was not waited for is not. */
export function groupIsAlive(pid: number): boolean {
  if (!isAlive(-pid)) return false;
  let all: string[];
  try {
    all = readdirSync('/proc');
  } catch {
    // No /proc: what the system says has to do.
    return true;
  }
  return all.some((name) => {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    return fields !== null && fields[GROUP] === String(pid) && fields[STATE] !== ZOMBIE;
  });
}

/** Signals a whole process group; nothing happens when it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // No such process, or no /proc at all.
    return null;
  }
}
