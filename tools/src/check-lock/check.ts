import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces, readManifest } from '../common/files.ts';
import { completeLock, driftedManifests, type LockFile, missingPlatforms } from './lock.ts';

export interface LockReport {
  readonly packages: number;
  readonly problems: readonly string[];
}

/** Whether `npm ci` will accept the lock, here and on other platforms. */
export function checkLock(root: string): LockReport {
  const lock = readLock(root);
  const manifests = new Map(listWorkspaces(root).map(({ folder, manifest }) => [folder, manifest]));
  manifests.set('', readManifest(root, '.'));
  const missing = missingPlatforms(lock).map(({ key, version }) => `${key}@${version}`);
  const problems = driftedManifests(lock, manifests).map((place) => `${place} differs from the lock; run npm install`);
  if (missing.length > 0) {
    problems.push(`the lock lacks ${missing.join(', ')}; run node tools/src/check-lock/main.ts --fix`);
  }
  return { packages: Object.keys(lock.packages).length, problems };
}

/** Completes the lock and returns the keys that were added. */
export function fixLock(root: string): string[] {
  const lock = readLock(root);
  const added = completeLock(lock);
  if (added.length > 0) writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  return added.map(({ key }) => key);
}

function readLock(root: string): LockFile {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
}
