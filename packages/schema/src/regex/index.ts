export { regexProblem } from './regex-problem.ts';
