import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the start of the system; '' where the system does not tell. */
  readonly startedAt: string;
}

/** Null for a process that is gone. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; field 3 follows it, the start is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : { pid, startedAt: fields[19] ?? '' };
  } catch {
    // No such process, or no /proc at all.
    return isAlive(pid) ? { pid, startedAt: '' } : null;
  }
}

/** Whether it is still the same process that runs; false where that cannot be known. */
export function stillRuns({ pid, startedAt }: ProcessIdentity): boolean {
  return startedAt !== '' && identify(pid)?.startedAt === startedAt;
}

/** Whether any process of the group that `pid` leads is left. */
export function groupIsAlive(pid: number): boolean {
  return isAlive(-pid);
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
