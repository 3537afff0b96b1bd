export { capturingRegexProblem, type RegexProblem, regexProblem } from './regex-problem.ts';
