/** `node tools/src/check-lock/main.ts [--fix]`: whether `npm ci` will accept `package-lock.json` everywhere. */
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../common/files.ts';
import { checkLock, fixLock } from './check.ts';

const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } });
if (values.fix) for (const key of fixLock(REPOSITORY_ROOT)) console.log(`added ${key}`);
const { packages, problems } = checkLock(REPOSITORY_ROOT);
for (const problem of problems) console.error(problem);
console.log(`lock: ${packages} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
