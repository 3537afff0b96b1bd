import {
  AMBIGUOUS_PROTOCOLS,
  BUNDLED_PACKAGES,
  CHECKED_WITH,
  EXTENSION_GROUPS,
  EXTENSION_LIST,
  EXTENSION_PACKAGES,
  IO_MODULES,
  LAYERS,
  NAMELESS_FOLDERS,
  OTHER_PROTOCOL_NAMES,
  PROXY_FOLDERS,
  RULE_CHECKERS,
  TIME_MODULES,
} from './layers.ts';
import { layerOf, type Model, type SourceFile, type Target, type Violation } from './model.ts';
import type { Reference } from './scan.ts';

/** Judges one reference of one file: a message that says what is allowed, or null. */
export type Rule = (file: SourceFile, target: Target, reference: Reference, model: Model) => string | null;

/** Every rule about a single reference, by the name that its violations carry. */
export const RULES: Readonly<Record<string, Rule>> = {
  'declared-dependency': declaredDependency,
  'path-out-of-package': pathOutOfPackage,
  'missing-file': missingFile,
  layer: layerTable,
  'sibling-extension': siblingExtension,
  'concrete-extension': concreteExtension,
  'proxy-folder': proxyFolder,
  'no-io': noIo,
  'test-code': testCode,
};

function declaredDependency(file: SourceFile, target: Target, _reference: Reference, model: Model): string | null {
  if (target.kind !== 'package' && target.kind !== 'workspace') return null;
  const name = target.kind === 'package' ? target.name : target.workspace.name;
  if (name === file.workspace.name) return `a package reaches its own files by relative path, not as ${name}`;
  const { manifest } = file.workspace;
  const allowed = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
  ]);
  if (file.isTest || BUNDLED_PACKAGES.includes(file.layer))
    for (const dependency of Object.keys(manifest.devDependencies ?? {})) allowed.add(dependency);
  if (file.isTest) {
    for (const dependency of Object.keys(model.tree.rootManifest.devDependencies ?? {})) allowed.add(dependency);
  }
  if (allowed.has(name)) return null;
  return `${name} is not declared in ${file.workspace.folder}/package.json, which allows ${list(allowed)}`;
}

function pathOutOfPackage(file: SourceFile, target: Target, reference: Reference): string | null {
  if (target.kind !== 'file' || target.path.startsWith(`${file.workspace.folder}/`)) return null;
  // Folders and data files may be found by URL from tests and tools; code may not.
  if (reference.kind === 'url' && !/\.[cm]?[jt]sx?$/.test(target.path)) return null;
  return `${reference.specifier} leaves ${file.workspace.folder}; import the package by its name`;
}

function missingFile(_file: SourceFile, target: Target, reference: Reference): string | null {
  if (target.kind !== 'file' || target.exists || reference.kind === 'url') return null;
  if (/\/(testdata|dist)\//.test(target.path) || /\.(json|css|svg)$/.test(target.path)) return null;
  return `${reference.specifier} is not there; a relative import names the source file with its ending, such as ./x.ts`;
}

function layerTable(file: SourceFile, target: Target): string | null {
  if (target.kind !== 'workspace') return null;
  const layer = layerOf(target.workspace);
  if (target.workspace === file.workspace) return null;
  if (!file.workspace.folder.startsWith('packages/')) {
    if (layer === 'tests' || layer === 'bench') return `nothing imports ${layer}`;
    return null;
  }
  const allowed = LAYERS[file.layer];
  if (allowed === undefined) {
    return `${file.layer} is not in the layer table; it has ${list(Object.keys(LAYERS))}`;
  }
  if (allowed.includes(layer)) return null;
  const testing = file.isTest && LAYERS['testkit']?.includes(file.layer) === false;
  if (testing && layer === 'testkit') return null;
  return `${file.layer} may import ${list(testing ? [...allowed, 'testkit'] : allowed)}, not ${layer}`;
}

function siblingExtension(file: SourceFile, target: Target): string | null {
  if (!EXTENSION_PACKAGES.includes(file.layer) || target.kind !== 'file') return null;
  if (target.workspace !== file.workspace) return null;
  const own = extensionFolder(file);
  const other = extensionFolder({ path: target.path, workspace: file.workspace, layer: file.layer });
  if (other === null || other === own || isCommon(other)) return null;
  if (own === null) return file.isTest ? null : `only ${EXTENSION_LIST} lists extensions; this file may import common/`;
  return `${own} may import kit, schema, sdk, common/ and its own folder, not ${other}`;
}

function concreteExtension(file: SourceFile, target: Target): string | null {
  if (target.kind !== 'workspace' || !EXTENSION_PACKAGES.includes(layerOf(target.workspace))) return null;
  if (file.path === EXTENSION_LIST || target.workspace === file.workspace) return null;
  if (['tests', 'bench'].includes(file.workspace.folder)) return null;
  if (RULE_CHECKERS.includes(file.workspace.folder) && CHECKED_WITH.includes(layerOf(target.workspace))) return null;
  return `only ${EXTENSION_LIST} names concrete extensions; others get them from the list they are given`;
}

function proxyFolder(file: SourceFile, target: Target): string | null {
  const own = proxyFolderOf(file.path);
  if (own === null) return null;
  if (own === 'index.ts' || own === 'testing') return null;
  const rank = PROXY_FOLDERS.indexOf(own);
  if (rank === -1) return `${own} is not a layer of packages/proxy/src; they are ${list(PROXY_FOLDERS)} and index.ts`;
  const other = target.kind === 'file' ? proxyFolderOf(target.path) : null;
  if (other === null || (other === 'testing' && file.isTest)) return null;
  const otherRank = PROXY_FOLDERS.indexOf(other);
  if (otherRank !== -1 && otherRank <= rank) return null;
  return `${own} may import ${list(PROXY_FOLDERS.slice(0, rank + 1))}, not ${other}`;
}

function noIo(file: SourceFile, target: Target): string | null {
  if (target.kind !== 'node' || file.isTest) return null;
  const name = target.name.split('/')[0] ?? '';
  if (file.layer === 'kit' && IO_MODULES.includes(name)) {
    return `the kit does no I/O; it may import node modules other than ${list(IO_MODULES)}`;
  }
  if (file.layer === 'protocols' && (IO_MODULES.includes(name) || TIME_MODULES.includes(name))) {
    return `a codec is given bytes and a timer; it may import node modules other than ${list([...IO_MODULES, ...TIME_MODULES])}`;
  }
  return null;
}

function testCode(file: SourceFile, target: Target, reference: Reference): string | null {
  if (file.isTest) return null;
  const path = target.kind === 'file' || target.kind === 'workspace' ? target.path : undefined;
  const isTesting = /(^|\/)testing($|\/)/.test(reference.specifier) || /\.(test|bench)\.ts$/.test(path ?? '');
  const isTestkit = target.kind === 'workspace' && layerOf(target.workspace) === 'testkit';
  return isTesting || isTestkit ? 'shipped code does not import tests, compliance suites or the testkit' : null;
}

/** Globals that a codec must not touch. */
export function ambientViolations(file: SourceFile): Violation[] {
  if (file.layer !== 'protocols' || file.isTest) return [];
  return file.scan.ambient.map(({ name, line }) => ({
    rule: 'no-io',
    file: file.path,
    line,
    message: `a codec has no ${name}; the link gives it one timer (setTimer) and the configuration arrives as an argument`,
  }));
}

/** What the list of extensions calls protocols, and what they are called otherwise. */
export function protocolNames({ tree }: Model): ReadonlySet<string> {
  const list = tree.sources.get(EXTENSION_LIST) ?? '';
  const names = [...list.matchAll(/kind: 'protocol', name: '([^']+)'/g)].map((match) => match[1] as string);
  return new Set([...names, ...OTHER_PROTOCOL_NAMES].filter((name) => !AMBIGUOUS_PROTOCOLS.includes(name)));
}

/**
 * The request path knows no protocol by its name, be it a part of a longer text such as the id of a service or a field of a
 * head. With a letter, a figure or `_` beside it, it is another word: variables of access logs are called `Http1_cookie_…`.
 */
export function protocolNameViolations(file: SourceFile, names: ReadonlySet<string>): Violation[] {
  const folder = proxyFolderOf(file.path);
  if (folder === null || file.isTest || !NAMELESS_FOLDERS.includes(folder)) return [];
  // The longest first: a name may begin with another.
  const longestFirst = [...names].sort((a, b) => b.length - a.length).map((name) => name.replaceAll(/\W/g, '\\$&'));
  if (longestFirst.length === 0) return [];
  const named = new RegExp(`(?<![A-Za-z0-9_])(?:${longestFirst.join('|')})(?![A-Za-z0-9_])`, 'i');
  return file.scan.texts.flatMap(({ value, line }) => {
    const name = named.exec(value)?.[0];
    if (name === undefined) return [];
    const where = name === value ? '' : ` in "${value}"`;
    const message = `names the protocol "${name}"${where}; let its heads, its definition or its family in the SDK say what is asked here, so that a plugin can say it, too`;
    return [{ rule: 'protocol-name', file: file.path, line, message }];
  });
}

/** The dependencies that a workspace declares and the projects its `tsconfig.json` refers to are the same set. */
export function referenceViolations(model: Model): Violation[] {
  const violations: Violation[] = [];
  for (const { folder, manifest } of model.tree.workspaces) {
    const references = model.tree.projectReferences.get(folder);
    if (references === undefined) continue;
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
    for (const other of model.tree.workspaces) {
      if (declared.has(other.name) === references.includes(other.folder)) continue;
      const message = declared.has(other.name)
        ? `${other.name} is declared in package.json and missing among the references`
        : `${other.folder} is referred to and not declared in package.json`;
      violations.push({ rule: 'project-references', file: `${folder}/tsconfig.json`, line: 1, message });
    }
  }
  return violations;
}

/** `http1`, `stream/fault`, `common`, `stream/common`; null for a file directly in `src`. */
function extensionFolder(file: Pick<SourceFile, 'path' | 'workspace' | 'layer'>): string | null {
  const parts = file.path.slice(`${file.workspace.folder}/src/`.length).split('/');
  const grouped = EXTENSION_GROUPS[file.layer]?.includes(parts[0] ?? '') === true;
  const depth = grouped ? 2 : 1;
  return parts.length > depth ? parts.slice(0, depth).join('/') : null;
}

function isCommon(folder: string): boolean {
  return folder === 'common' || folder.endsWith('/common');
}

function proxyFolderOf(path: string): string | null {
  return /^packages\/proxy\/src\/([^/]+)/.exec(path)?.[1] ?? null;
}

function list(names: Iterable<string>): string {
  const sorted = [...names];
  return sorted.length === 0 ? 'nothing' : sorted.join(', ');
}
