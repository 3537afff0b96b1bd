import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MeshError } from '@weft/kit';

/**
 * Makes this process the only one on a data directory; gives what ends the claim. One of a process that is gone counts
 * for nothing.
 *
 * @throws MeshError data_folder_in_use when another process has it
 */
export function claimDirectory(directory: string): () => void {
  const file = join(directory, 'control.pid');
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    refuseClaimed(directory);
    rmSync(file, { force: true });
  }
}

/** @throws MeshError data_folder_in_use when a process that lives has claimed the directory; one that is not there is nobody's */
export function refuseClaimed(directory: string): void {
  const holder = holderOf(join(directory, 'control.pid'));
  if (holder !== null)
    throw new MeshError(
      'data_folder_in_use',
      `${directory} is in use by a control plane (pid ${holder}): stop it, or choose another --data`,
      { origin: 'config' },
    );
}

function holderOf(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return null;
    process.kill(pid, 0);
    // The number may belong to something else by now.
    return /weft|control|node/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ? pid : null;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
      ? Number(readFileSync(file, 'utf8'))
      : null;
  }
}
