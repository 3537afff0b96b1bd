/** `gen-schema [--check]`: turns every schema.ts into the plain data that running processes import. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTargets, renderTarget } from './generate.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const check = process.argv.includes('--check');
const stale: string[] = [];
const targets = findTargets(root);
for (const target of targets) {
  const text = await renderTarget(root, target);
  const file = path.join(root, target.target);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale.push(target.target);
  if (check) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (targets.length === 0) throw new Error('no schema was found');
console.log(`${targets.length} schemas, ${stale.length} ${check ? 'stale' : 'written'}`);
if (check && stale.length > 0) {
  console.error(`stale, run \`npm run docs\`:\n${stale.map((file) => `  ${file}`).join('\n')}`);
  process.exitCode = 1;
}
