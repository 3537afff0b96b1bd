import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Exposure } from './exposures.ts';
import type { LocalPublication } from './publications.ts';
import type { Scope } from './subscriptions.ts';

/** What applications have asked for, as it is kept over a restart of the proxy. */
export interface DiscoveryState {
  readonly format: 1;
  /** The application that has registered with `/configs/application`, or ''. */
  readonly application: string;
  readonly publications: readonly LocalPublication[];
  readonly subscriptions: readonly {
    readonly dataId: string;
    readonly protocol: string;
    readonly group: string;
    readonly expose?: readonly Exposure[];
    readonly scope?: Scope;
  }[];
}

/** Reads the file; null when there is none. Throws with the reason when it is not what this version writes. */
export function readState(file: string): DiscoveryState | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const state = JSON.parse(text) as DiscoveryState;
  if (state.format !== 1 || !Array.isArray(state.publications) || !Array.isArray(state.subscriptions))
    throw new Error('it is not a state of discovery in format 1');
  return state;
}

/** Writes beside the file and renames, so that a crash leaves the old or the new one. */
export function writeState(file: string, state: DiscoveryState): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 1)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
