import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Cores that this process may use: the smaller of its affinity and its cgroup's quota; fractional for a quota. */
export function cpuLimit(): number {
  return Math.min(availableParallelism(), cgroupQuota());
}

function cgroupQuota(): number {
  try {
    const [quota = 'max', period = '100000'] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ');
    return quota === 'max' ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
  } catch {
    // No cgroup v2: the affinity decides.
    return Number.POSITIVE_INFINITY;
  }
}
