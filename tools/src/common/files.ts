import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository that this tool belongs to. */
export const REPOSITORY_ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Folders that hold nothing written by hand. */
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'bundle', 'coverage', 'artifacts']);

const SOURCE_FILE = /\.(ts|tsx|mts|js|mjs)$/;

/** A folder with a `package.json`: the unit in which dependencies are declared. */
export interface Workspace {
  /** npm name, such as `@weft/kit`. */
  readonly name: string;
  /** Folder relative to the root, with `/`. */
  readonly folder: string;
  readonly manifest: PackageManifest;
}

export interface PackageManifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Source files under `folder` (relative to `root`), sorted, as paths relative to `root`. */
export function listSourceFiles(root: string, folder: string): string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of readdirSync(join(root, relative), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name)) continue;
      const path = `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (SOURCE_FILE.test(entry.name)) found.push(path);
    }
  };
  visit(folder);
  return found.sort();
}

/** The workspaces that the root manifest names; patterns are `folder` or `folder/*`. */
export function listWorkspaces(root: string): Workspace[] {
  const manifest = readManifest(root, '.');
  const workspaces: Workspace[] = [];
  for (const pattern of manifest.workspaces ?? []) {
    const folders = pattern.endsWith('/*') ? listFolders(root, pattern.slice(0, -2)) : [pattern];
    for (const folder of folders) {
      const member = readManifest(root, folder);
      if (member.name !== undefined) workspaces.push({ name: member.name, folder, manifest: member });
    }
  }
  return workspaces;
}

export function readManifest(root: string, folder: string): PackageManifest {
  try {
    return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageManifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function listFolders(root: string, parent: string): string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}
