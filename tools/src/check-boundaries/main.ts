/** `node tools/src/check-boundaries/main.ts`: who imports whom. */
import { REPOSITORY_ROOT } from '../common/files.ts';
import { checkBoundaries, formatViolation, readTree } from './check.ts';

const report = checkBoundaries(readTree(REPOSITORY_ROOT));
for (const violation of report.violations) console.error(formatViolation(violation));
console.log(
  `boundaries: ${report.files} files, ${report.references} references, ${report.workspaces} workspaces, ${report.violations.length} violations`,
);
process.exitCode = report.violations.length === 0 ? 0 : 1;
