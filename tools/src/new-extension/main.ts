/** `npm run new -- <kind> <name>`: a folder for a new extension, with tests that pass, and its line in the list. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { runProcess } from '../common/process.ts';
import { isKind, KINDS } from './kinds.ts';
import { scaffold } from './scaffold.ts';

const [kind = '', name = ''] = process.argv.slice(2);
process.exitCode = isKind(kind) && name !== '' ? await create(kind, name) : usage();

function usage(): number {
  console.error(`usage: npm run new -- <kind> <name>\nkinds: ${Object.keys(KINDS).join(', ')}\nname: kebab-case`);
  return 2;
}

async function create(kind: keyof typeof KINDS, name: string): Promise<number> {
  try {
    const { folder, written } = scaffold(REPOSITORY_ROOT, kind, name);
    // The templates bring what the generator makes of their schema; it has the last word on the order of keys.
    const generator = join(REPOSITORY_ROOT, 'tools/src/gen-schema/main.ts');
    if (existsSync(generator)) {
      await runProcess(process.execPath, ['--conditions=@weft/source', generator], REPOSITORY_ROOT);
    }
    // Lines that became too long for the width are broken, and imports sorted, as the check wants them.
    const biome = join(REPOSITORY_ROOT, 'node_modules/.bin/biome');
    await runProcess(biome, ['check', '--write', ...written], REPOSITORY_ROOT);
    for (const path of written) console.log(`wrote ${path}`);
    console.log(`next: npm test -- ${folder}`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
