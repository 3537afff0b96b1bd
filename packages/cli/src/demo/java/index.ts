export { buildJava } from './build.ts';
export { javaArguments } from './machine.ts';
export { requireJava } from './tools.ts';
