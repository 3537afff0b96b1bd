/** `gen-docs [--check]`: writes the generated pages of the reference that come from tables, or fails when one is not what it should be. */
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { PAGES, stalePages, writePages } from './pages.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const count = Object.keys(PAGES).length;

if (values.check) {
  const stale = stalePages(REPOSITORY_ROOT, PAGES);
  for (const path of stale) console.error(`${path} is stale; run \`npm run docs\``);
  console.log(`docs: ${count} pages, ${stale.length} stale`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  const written = writePages(REPOSITORY_ROOT, PAGES);
  for (const path of written) console.log(`wrote ${path}`);
  console.log(`docs: ${count} pages, ${written.length} written`);
}
