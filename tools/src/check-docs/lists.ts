import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces, readManifest } from '../common/files.ts';

/** Third-party packages that a manifest declares and `docs/decisions/dependencies.md` does not give a reason for. */
export function unexplainedDependencies(root: string): { readonly declared: number; readonly missing: string[] } {
  const declared = new Set<string>();
  for (const { manifest } of [{ manifest: readManifest(root, '.') }, ...listWorkspaces(root)]) {
    for (const list of [
      manifest.dependencies,
      manifest.devDependencies,
      manifest.optionalDependencies,
      manifest.peerDependencies,
    ]) {
      for (const name of Object.keys(list ?? {})) if (!name.startsWith('@weft/')) declared.add(name);
    }
  }
  const text = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
  return { declared: declared.size, missing: [...declared].filter((name) => !text.includes(`\`${name}\``)).sort() };
}

/** Decisions that are not in the index, or lack one of the three sections. */
export function decisionProblems(root: string): { readonly decisions: number; readonly problems: string[] } {
  const folder = join(root, 'docs/decisions');
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  const names = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const problems: string[] = [];
  for (const name of names) {
    if (!index.includes(`(${name})`)) problems.push(`${name} is not in docs/decisions/README.md`);
    const text = readFileSync(join(folder, name), 'utf8');
    for (const section of ['Context', 'Decision', 'Consequences'])
      if (!text.includes(`\n## ${section}\n`)) problems.push(`${name} has no "${section}"`);
  }
  return { decisions: names.length, problems };
}
