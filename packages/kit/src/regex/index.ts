export { compileRegex } from './compile-regex.ts';
export { type LinearSource, linearSource, MAX_PARTS } from './linear-source.ts';
