/** One process at a time, for what test files that run side by side build for each other. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const POLL_MS = 50;
const SQLITE_BUSY = 5;

/**
 * Does `work` while nobody else does work under the same file; waits as long as that takes. The system takes the lock from a
 * process that dies, so that nothing is ever left locked.
 */
export async function exclusively<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  const lock = new DatabaseSync(file);
  try {
    while (!take(lock)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return await work();
  } finally {
    lock.close();
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
