export { compileRegex } from './compile-regex.ts';
export { capturingRegexProblem, type RegexProblem, regexProblem } from './regex-problem.ts';
