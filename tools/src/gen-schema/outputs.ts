import { EDITOR_SCHEMA, editorSchema } from './editor-schema.ts';
import { describeExtensions } from './extensions.ts';
import { findTargets, type GeneratedFile, type ReadSchema, readSchema, staleFiles, writeFiles } from './generate.ts';
import { REFERENCE_PAGE, referencePage } from './reference-page.ts';

/**
 * Reads every schema of the tree.
 *
 * @throws Error naming all that cannot be generated, and when there is none
 */
export async function readSchemas(root: string): Promise<ReadSchema[]> {
  const schemas: ReadSchema[] = [];
  const problems: string[] = [];
  for (const target of findTargets(root)) {
    try {
      schemas.push(await readSchema(root, target));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return schemas;
}

/** The reference and the schema for editors. Extensions are asked for their names, so their modules must be there. */
export async function renderReference(root: string, schemas: readonly ReadSchema[]): Promise<GeneratedFile[]> {
  const config = schemas.find(({ target }) => target.name === 'mosnConfigSchema');
  if (config === undefined) throw new Error('no schema of the configuration file was found');
  const extensions = await describeExtensions(root, schemas);
  return [
    { path: REFERENCE_PAGE, text: referencePage(config.node, extensions) },
    { path: EDITOR_SCHEMA, text: editorSchema(config.node, extensions) },
  ];
}

/**
 * Writes what is stale below `root`, or only tells it.
 *
 * @param what the files, for messages
 * @returns the exit code: 1 when something is stale and was not to be written
 */
export function settleFiles(
  root: string,
  what: string,
  files: readonly GeneratedFile[],
  checkOnly: boolean,
  out: Pick<Console, 'log' | 'error'>,
): number {
  if (!checkOnly) {
    const written = writeFiles(root, files);
    for (const file of written) out.log(`wrote ${file}`);
    out.log(`${what}: ${files.length}, ${written.length} written`);
    return 0;
  }
  const stale = staleFiles(root, files);
  for (const file of stale) out.error(`${file} is stale; run \`npm run docs\``);
  out.log(`${what}: ${files.length}, ${stale.length} stale`);
  return stale.length === 0 ? 0 : 1;
}
