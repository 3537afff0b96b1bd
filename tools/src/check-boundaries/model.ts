import type { PackageManifest, Workspace } from '../common/files.ts';
import { type Reference, type ScannedFile, scanSource } from './scan.ts';

/** Everything the rules look at, as plain data, so that a test can write it down. */
export interface Tree {
  readonly rootManifest: PackageManifest;
  readonly workspaces: readonly Workspace[];
  /** Source text by path relative to the root. */
  readonly sources: ReadonlyMap<string, string>;
  /** Folders that a workspace's `tsconfig.json` refers to, relative to the root, by workspace folder. */
  readonly projectReferences: ReadonlyMap<string, readonly string[]>;
}

export interface SourceFile {
  readonly path: string;
  readonly workspace: Workspace;
  /** Folder name of a package (`kit`), or the folder itself (`apps/proxy`, `tests`). */
  readonly layer: string;
  /** Tests, benchmarks, compliance suites (`testing/`, `testdata/`) and their helpers (`bench-`, `fake-`, `test-`): never shipped, so they may use development dependencies. */
  readonly isTest: boolean;
  readonly scan: ScannedFile;
}

export type Target =
  | { readonly kind: 'node'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly exists: boolean;
      readonly workspace: Workspace | undefined;
    }
  | { readonly kind: 'workspace'; readonly workspace: Workspace; readonly path: string | undefined }
  | { readonly kind: 'package'; readonly name: string };

export interface Violation {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Model {
  readonly tree: Tree;
  readonly files: readonly SourceFile[];
  resolve(file: SourceFile, reference: Reference): Target;
}

export function buildModel(tree: Tree): Model {
  const files: SourceFile[] = [];
  for (const [path, source] of tree.sources) {
    const workspace = workspaceOf(tree, path);
    if (workspace === undefined) continue;
    files.push({
      path,
      workspace,
      layer: layerOf(workspace),
      isTest: isTestPath(path, workspace),
      scan: scanSource(path, source),
    });
  }
  return { tree, files, resolve: (file, reference) => resolveReference(tree, file, reference) };
}

/** `packages/kit` is the layer `kit`; every other workspace keeps its folder as its name. */
export function layerOf(workspace: Workspace): string {
  return workspace.folder.startsWith('packages/') ? workspace.folder.slice('packages/'.length) : workspace.folder;
}

export function isTestPath(path: string, workspace: Workspace): boolean {
  if (/\.(test|bench)\.tsx?$/.test(path) || /\/(testing|testdata|(bench|fake|test)-[^/]*)(\/|\.ts$)/.test(path))
    return true;
  return ['tests', 'bench', 'tools', 'packages/testkit'].includes(workspace.folder);
}

function workspaceOf(tree: Tree, path: string): Workspace | undefined {
  return tree.workspaces.find((workspace) => path.startsWith(`${workspace.folder}/`));
}

function resolveReference(tree: Tree, file: SourceFile, reference: Reference): Target {
  const { specifier } = reference;
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier.slice('node:'.length) };
  if (specifier.startsWith('.') || specifier.startsWith('/') || reference.kind === 'url') {
    const path = joinPath(file.path, specifier);
    return { kind: 'file', path, exists: tree.sources.has(path), workspace: workspaceOf(tree, path) };
  }
  const name = packageName(specifier);
  const workspace = tree.workspaces.find((candidate) => candidate.name === name);
  if (workspace === undefined) return { kind: 'package', name };
  return { kind: 'workspace', workspace, path: resolveExport(tree, workspace, `.${specifier.slice(name.length)}`) };
}

/** Follows the `@weft/source` condition of the package's `exports`, with at most one `*` in a key. */
function resolveExport(tree: Tree, workspace: Workspace, subpath: string): string | undefined {
  for (const [key, value] of Object.entries(workspace.manifest.exports ?? {})) {
    const source = (value as Record<string, unknown> | null)?.['@weft/source'];
    if (typeof source !== 'string') continue;
    const [head = '', tail] = key.split('*');
    if (tail === undefined ? key !== subpath : !(subpath.startsWith(head) && subpath.endsWith(tail))) continue;
    const star = tail === undefined ? '' : subpath.slice(head.length, subpath.length - tail.length);
    const path = `${workspace.folder}/${source.replace('*', star).replace(/^\.\//, '')}`;
    if (tree.sources.has(path)) return path;
  }
  return undefined;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function joinPath(from: string, specifier: string): string {
  if (specifier.startsWith('/')) return specifier;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.length === 0 || parts.at(-1) === '..') parts.push('..');
      else parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
