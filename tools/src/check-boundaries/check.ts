import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listSourceFiles, listWorkspaces, readManifest } from '../common/files.ts';
import { findCycles } from './cycles.ts';
import { LAYERS } from './layers.ts';
import { buildModel, type Tree, type Violation } from './model.ts';
import { ambientViolations, protocolNames, protocolNameViolations, RULES, referenceViolations } from './rules.ts';
import type { Reference } from './scan.ts';

export interface BoundaryReport {
  readonly workspaces: number;
  readonly files: number;
  readonly references: number;
  readonly violations: readonly Violation[];
}

/** Judges a tree; a tree without files or without references is itself a violation, for then nothing was looked at. */
export function checkBoundaries(tree: Tree): BoundaryReport {
  const model = buildModel(tree);
  const violations: Violation[] = [];
  const edges = new Map<string, string[]>();
  const protocols = protocolNames(model);
  let references = 0;

  for (const file of model.files) {
    const targets: string[] = [];
    edges.set(file.path, targets);
    for (const message of file.scan.errors) {
      violations.push({ rule: 'syntax', file: file.path, line: 1, message });
    }
    for (const reference of file.scan.references) {
      references++;
      const target = model.resolve(file, reference);
      for (const [rule, judge] of Object.entries(RULES)) {
        const message = judge(file, target, reference, model);
        if (message !== null) violations.push({ rule, file: file.path, line: reference.line, message });
      }
      const path = target.kind === 'file' || target.kind === 'workspace' ? target.path : undefined;
      if (path !== undefined && countsForCycles(file.path, path, reference)) targets.push(path);
    }
    violations.push(...ambientViolations(file), ...protocolNameViolations(file, protocols));
  }

  for (const cycle of findCycles(edges)) {
    const message = `imports itself: ${cycle.join(' -> ')}; move what both need into a file that neither imports back`;
    violations.push({ rule: 'cycle', file: cycle[0]!, line: 1, message });
  }
  for (const { folder } of tree.workspaces) {
    if (folder.startsWith('packages/') && !(folder.slice('packages/'.length) in LAYERS)) {
      const message = `not in the layer table of tools/src/check-boundaries/layers.ts, which has ${Object.keys(LAYERS).join(', ')}`;
      violations.push({ rule: 'layer', file: `${folder}/package.json`, line: 1, message });
    }
  }
  violations.push(...referenceViolations(model));
  if (model.files.length === 0 || references === 0) {
    const message = `looked at ${model.files.length} files and ${references} references; the check would pass anything`;
    violations.push({ rule: 'nothing-checked', file: 'package.json', line: 1, message });
  }
  return { workspaces: tree.workspaces.length, files: model.files.length, references, violations };
}

/**
 * Two classes of one folder may know each other's type, as a connection and its streams do: nothing of that is left when
 * the files are loaded. Between folders a type is a dependency like any other.
 */
function countsForCycles(from: string, to: string, { kind }: Reference): boolean {
  return kind === 'static' || (kind === 'type' && dirname(from) !== dirname(to));
}

/** Reads the tree from disk. */
export function readTree(root: string): Tree {
  const workspaces = listWorkspaces(root);
  const sources = new Map<string, string>();
  const projectReferences = new Map<string, string[]>();
  for (const { folder } of workspaces) {
    for (const path of listSourceFiles(root, folder)) sources.set(path, readFileSync(join(root, path), 'utf8'));
    const configPath = join(root, folder, 'tsconfig.json');
    if (!existsSync(configPath)) continue;
    const config = JSON.parse(readFileSync(configPath, 'utf8')) as { references?: { path: string }[] };
    const folders = (config.references ?? []).map(({ path }) => relative(root, join(root, folder, path)));
    projectReferences.set(folder, folders);
  }
  return { rootManifest: readManifest(root, '.'), workspaces, sources, projectReferences };
}

export function formatViolation({ file, line, rule, message }: Violation): string {
  return `${file}:${line} ${rule}: ${message}`;
}
