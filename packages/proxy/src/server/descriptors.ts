import { readFileSync } from 'node:fs';
import { MeshError } from '@weft/kit';

/** Descriptors below which a start is pointless. */
const MIN_DESCRIPTORS = 256;
/** Of all descriptors this share is for connections; the rest is reserved for files, admin and the unexpected. */
const SHARE = 0.9;
/** A proxied connection needs one descriptor on each side. */
const PER_CONNECTION = 2;

/** Soft limit of open files of this process; a generous guess where the system does not tell. */
export function descriptorLimit(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    if (line === null) return 65_536;
    return line[1] === 'unlimited' ? 1_048_576 : Number(line[1]);
  } catch {
    // Not Linux.
    return 10_240;
  }
}

/** Most downstream connections that the descriptors allow. */
export function connectionBound(limit: number): number {
  return Math.max(1, Math.floor((limit * SHARE) / PER_CONNECTION));
}

/** @throws MeshError descriptors_low */
export function checkDescriptors(): void {
  const limit = descriptorLimit();
  if (limit >= MIN_DESCRIPTORS) return;
  throw new MeshError(
    'descriptors_low',
    `only ${limit} file descriptors are allowed, at least ${MIN_DESCRIPTORS} are needed; raise the limit with \`ulimit -n 65536\` or LimitNOFILE=65536`,
  );
}
