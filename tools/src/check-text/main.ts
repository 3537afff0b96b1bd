/** `node tools/src/check-text/main.ts`: words that do not belong into the repository. */
import { REPOSITORY_ROOT } from '../common/files.ts';
import { checkRepositoryText, formatTextProblem } from './check.ts';

const report = checkRepositoryText(REPOSITORY_ROOT);
for (const problem of report.problems) console.error(formatTextProblem(problem));
console.log(`text: ${report.files} files, ${report.problems.length} problems`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
