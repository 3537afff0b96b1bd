/**
 * Programs that write files into the repository, in the order in which they run; each has a `--check` that fails when what
 * it would write differs.
 */
export const GENERATORS: readonly string[] = ['tools/src/gen-schema/main.ts', 'tools/src/gen-docs/main.ts'];
