import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { scanSource } from '../check-boundaries/scan.ts';
import type { Workspace } from '../common/files.ts';

/** What a set of entries needs to run. Paths are relative to the root, with `/`. */
export interface Reach {
  readonly files: readonly string[];
  /** Names of packages that are not workspaces and that one of the files mentions. */
  readonly thirdParty: readonly string[];
}

/**
 * Follows every import from `entries` through built files: static, dynamic, and `new URL('…', import.meta.url)`.
 *
 * A package that is asked for in another way (`createRequire(…)('koffi')`) is found by its name between quotes, if the
 * manifest of the file's workspace declares it.
 *
 * @throws Error for an import that leads nowhere or is not declared
 */
export function reachFrom(root: string, entries: readonly string[], workspaces: readonly Workspace[]): Reach {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  const files = new Set<string>();
  const thirdParty = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    if (!existsSync(join(root, file))) throw new Error(`${file} is needed and does not exist; is it built?`);
    files.add(file);
    if (!/\.[cm]?js$/.test(file)) continue;
    const source = readFileSync(join(root, file), 'utf8');
    const owner = workspaces.find((workspace) => file.startsWith(`${workspace.folder}/`));
    const declared = Object.keys(owner?.manifest.dependencies ?? {});
    for (const name of declared) if (!byName.has(name) && source.includes(`'${name}'`)) thirdParty.add(name);
    for (const { specifier, kind } of scanSource(file, source).references) {
      if (kind === 'type' || specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) {
        waiting.push(posix.join(posix.dirname(file), specifier));
        continue;
      }
      const name = packageName(specifier);
      if (!declared.includes(name))
        throw new Error(`${file} imports ${specifier}, which ${owner?.folder ?? dirname(file)} does not declare`);
      const target = byName.get(name);
      if (target === undefined) thirdParty.add(name);
      else waiting.push(resolveExport(target, specifier.slice(name.length)));
    }
  }
  return { files: [...files].sort(), thirdParty: [...thirdParty].sort() };
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The built file behind `<package><rest>`, by the `default` condition of its `exports`. */
export function resolveExport(workspace: Workspace, rest: string): string {
  const wanted = `.${rest}`;
  for (const [key, value] of Object.entries(workspace.manifest.exports ?? {})) {
    const target = (value as { readonly default?: unknown }).default;
    if (typeof target !== 'string')
      throw new Error(`${workspace.folder}/package.json: exports["${key}"] has no default`);
    const [before = '', after] = key.split('*');
    if (after === undefined) {
      if (key === wanted) return posix.join(workspace.folder, target);
    } else if (wanted.startsWith(before) && wanted.endsWith(after) && wanted.length > before.length + after.length) {
      return posix.join(
        workspace.folder,
        target.replaceAll('*', wanted.slice(before.length, wanted.length - after.length)),
      );
    }
  }
  throw new Error(
    `${workspace.name}${rest} is imported, and the exports of ${workspace.folder}/package.json have no such path`,
  );
}
