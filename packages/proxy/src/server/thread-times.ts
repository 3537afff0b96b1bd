import { readFileSync } from 'node:fs';
import type { ThreadTimes } from './thread-watch.ts';

const NS_PER_MS = 1e6;

/** Times of a thread of this process by the kernel's id of it; null where the system does not tell, and for id 0. */
export function readThreadTimes(id: number): ThreadTimes | null {
  if (id === 0) return null;
  try {
    // Time on a core, time waiting for one, and how often; in ns.
    const [cpuNs, delayNs] = readFileSync(`/proc/self/task/${id}/schedstat`, 'latin1').split(' ').map(Number);
    // The state comes behind the name, which may hold anything.
    const status = readFileSync(`/proc/self/task/${id}/stat`, 'latin1');
    const runnable = status[status.lastIndexOf(')') + 2] === 'R';
    return { cpuMs: (cpuNs as number) / NS_PER_MS, delayMs: (delayNs as number) / NS_PER_MS, runnable };
  } catch {
    // Another system, a kernel built without these figures, or the thread is gone.
    return null;
  }
}
