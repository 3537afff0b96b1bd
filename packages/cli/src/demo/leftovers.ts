import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFree } from './free-ports.ts';
import { groupIsAlive, identify, type ProcessIdentity, signalGroup, stillRuns } from './process-identity.ts';

const PREFIX = 'weft-demo-';
const RECORD = 'demo.json';

interface DemoRecord {
  readonly demo: ProcessIdentity;
  readonly parts: readonly ProcessIdentity[];
}

/** A new folder of this user alone, for a demo that keeps nothing. */
export function makeTemporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), PREFIX));
}

/** Notes who belongs to the demo of this process, so that a later one can tell what was left behind. */
export function writeRecord(directory: string, pids: readonly number[]): void {
  const record: DemoRecord = {
    demo: identify(process.pid) ?? { pid: process.pid, startedAt: '' },
    parts: pids.flatMap((pid) => identify(pid) ?? []),
  };
  writeFileSync(path.join(directory, RECORD), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

export function removeRecord(directory: string): void {
  rmSync(path.join(directory, RECORD), { force: true });
}

/** Process number of a demo that uses this folder now; null for none. */
export function demoUsing(directory: string): number | null {
  const record = readRecord(directory);
  return record !== null && record.demo.pid !== process.pid && stillRuns(record.demo) ? record.demo.pid : null;
}

/**
 * Ends what demos have left behind that could not end themselves (killed, or the machine went down), in the folders
 * that they made for themselves and in `kept`. Gives what it found, a line each.
 */
export function clearLeftovers(kept: string | null): string[] {
  const found: string[] = [];
  for (const directory of [...temporaryDirectories(), ...(kept === null ? [] : [kept])]) {
    const record = readRecord(directory);
    if (record === null || stillRuns(record.demo) || record.demo.startedAt === '') continue;
    const parts = record.parts.filter(stillRuns);
    for (const { pid } of parts) signalGroup(pid, 'SIGKILL');
    if (directory === kept) removeRecord(directory);
    else rmSync(directory, { recursive: true, force: true });
    found.push(`ended ${parts.length} processes of a demo that was killed, in ${directory}`);
  }
  return found;
}

/** What is still there of a demo that has ended: nothing, when all is well. */
export async function findLeftovers(
  pids: readonly number[],
  ports: readonly number[],
  directory: string | null,
): Promise<string[]> {
  const found = pids.filter(groupIsAlive).map((pid) => `process group ${pid} is alive`);
  for (const port of ports) if (!(await isFree(port))) found.push(`port ${port} is in use`);
  if (directory !== null && existsSync(directory)) found.push(`${directory} exists`);
  return found;
}

function temporaryDirectories(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => path.join(tmpdir(), name))
    .filter((directory) => {
      try {
        return statSync(directory).uid === process.getuid?.();
      } catch {
        // Somebody removed it meanwhile.
        return false;
      }
    });
}

function readRecord(directory: string): DemoRecord | null {
  try {
    return JSON.parse(readFileSync(path.join(directory, RECORD), 'utf8')) as DemoRecord;
  } catch {
    // Not there, or not finished: nothing can be said about it.
    return null;
  }
}
