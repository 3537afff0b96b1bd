import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Whose state a folder holds; written into it as `owner.json`. */
export interface StateOwner {
  readonly app: string;
  /** Absolute path of the configuration file as it was named at the start. */
  readonly configFile: string;
  /** The same with links followed where it is there. */
  readonly realConfigFile: string;
}

/**
 * Makes the folder of what a proxy in a mesh keeps its own. State of another application or configuration file of the same
 * name is put aside as `<folder>.of-another-<id>`: with it, this proxy would publish the services of the other one, under
 * its id. A folder that names no owner is of an earlier release, and is taken over.
 *
 * @returns where the state of the other one is now, and who that is; null when there was none
 */
export function ownStateFolder(
  folder: string,
  app: string,
  configFile: string,
): { readonly movedTo: string; readonly before: StateOwner } | null {
  const own: StateOwner = { app, configFile: path.resolve(configFile), realConfigFile: realPath(configFile) };
  const file = path.join(folder, 'owner.json');
  const before = readOwner(file);
  const moved =
    before === null || isSame(before, own)
      ? null
      : { movedTo: `${folder}.of-another-${randomUUID().slice(0, 8)}`, before };
  if (moved !== null) renameSync(folder, moved.movedTo);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (before === null || moved !== null) writeFileSync(file, `${JSON.stringify(own)}\n`, { mode: 0o600 });
  return moved;
}

/** Either path will do: Kubernetes turns the link to a mounted configuration to another file with each change. */
function isSame(before: StateOwner, own: StateOwner): boolean {
  return (
    before.app === own.app && (before.configFile === own.configFile || before.realConfigFile === own.realConfigFile)
  );
}

function readOwner(file: string): StateOwner | null {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as StateOwner;
    return typeof owner.app === 'string' && typeof owner.configFile === 'string' ? owner : null;
  } catch {
    // Not there, or half of one after a crash of the machine.
    return null;
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
