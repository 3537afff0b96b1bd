/**
 * `gen-schema [--check]`: turns every schema.ts into the plain data that running processes import, the reference of the
 * configuration and the schema for editors; with `--check` it writes nothing and ends with 1 when a file is stale.
 */
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { renderModules } from './generate.ts';
import { readSchemas, renderReference, settleFiles } from './outputs.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const schemas = await readSchemas(REPOSITORY_ROOT);
// In this order: a new extension cannot be asked for its name before its module is there.
process.exitCode = settleFiles(REPOSITORY_ROOT, 'schemas', renderModules(schemas), values.check, console);
if (process.exitCode === 0) {
  const reference = await renderReference(REPOSITORY_ROOT, schemas);
  process.exitCode = settleFiles(REPOSITORY_ROOT, 'reference of the configuration', reference, values.check, console);
}
