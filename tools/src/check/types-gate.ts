import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listSourceFiles, listWorkspaces } from '../common/files.ts';
import { runProcess } from '../common/process.ts';
import { demandWork, type GateResult } from './gate.ts';

/**
 * Types, by building every project. What the compiler says it has read is compared with the files that are there: a file
 * that belongs to no project would otherwise never be checked by anybody.
 */
export async function typesGate(root: string): Promise<GateResult> {
  const { exitCode, stdout, stderr } = await runProcess(
    join(root, 'node_modules/.bin/tsc'),
    ['-b', '--pretty', 'false'],
    root,
  );
  const problems = exitCode === 0 ? [] : [`${stdout}${stderr}`.trim()];
  const solution = projectReferences(root, '.');
  let count = 0;
  let projects = 0;
  for (const { folder } of listWorkspaces(root)) {
    const sources = listSourceFiles(root, folder).filter((path) => /\.(ts|tsx|mts)$/.test(path) && !isToolConfig(path));
    if (!existsSync(join(root, folder, 'tsconfig.json'))) {
      if (sources.length > 0) problems.push(`${folder}: has sources and no tsconfig.json`);
      continue;
    }
    if (!solution.includes(folder)) problems.push(`${folder}: is not among the references of tsconfig.json`);
    const built = builtFiles(root, folder);
    const missing = sources.filter((path) => !built.has(path));
    if (missing.length > 0) problems.push(`in no project, so their types are not checked:\n  ${missing.join('\n  ')}`);
    projects++;
    count += built.size;
  }
  return demandWork({ count, unit: 'files', more: `${projects} projects`, problems });
}

function isToolConfig(path: string): boolean {
  return /\.config\.m?ts$/.test(path);
}

function projectReferences(root: string, folder: string): string[] {
  const path = join(root, folder, 'tsconfig.json');
  if (!existsSync(path)) return [];
  const config = JSON.parse(readFileSync(path, 'utf8')) as { references?: { path: string }[] };
  return (config.references ?? []).map((reference) => posix.normalize(posix.join(folder, reference.path)));
}

/** The source files of a workspace as the build information of its projects lists them. */
function builtFiles(root: string, folder: string): ReadonlySet<string> {
  const files = new Set<string>();
  for (const info of buildInfos(root, folder)) for (const file of listed(root, info)) files.add(file);
  return files;
}

/** One for each `tsconfig*.json`: a workspace may have a project for the browser beside the one for Node. */
function buildInfos(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => /^tsconfig(\.\w+)?\.json$/.test(name))
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      const options = (JSON.parse(text) as { compilerOptions?: { tsBuildInfoFile?: string } }).compilerOptions;
      return posix.join(folder, options?.tsBuildInfoFile ?? 'dist/.tsbuildinfo');
    });
}

/** Files of one project: `root` holds 1-based indices or ranges of them. */
function listed(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  const info = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
    fileNames?: string[];
    root?: (number | [number, number])[];
  };
  const files: string[] = [];
  for (const entry of info.root ?? []) {
    const [first, last] = typeof entry === 'number' ? [entry, entry] : entry;
    for (let index = first; index <= last; index++) {
      const name = info.fileNames?.[index - 1];
      if (name !== undefined) files.push(posix.normalize(posix.join(posix.dirname(path), name)));
    }
  }
  return files;
}
