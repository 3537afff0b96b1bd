import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Imports the package in a process of its own and tells which modules came with it. */
function modulesAfter(statement: string): string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    ${statement}
    console.log(JSON.stringify(urls));`;
  const args = ['--conditions=@weft/source', '--input-type=module', '-e', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })) as string[];
}

const libraries = (urls: readonly string[]): string[] =>
  [...new Set(urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))].sort();

test('a process that imports the package loads neither the schema library nor YAML', () => {
  const urls = modulesAfter(`await import('@weft/schema');`);
  expect(urls.some((url) => url.endsWith('/gen/mosn-config.gen.ts'))).toBe(true);
  expect(libraries(urls)).toEqual([]);
  expect(urls.filter((url) => /\/author\/|\/mosn\/(?!check)/.test(url))).toEqual([]);
});

test('the libraries would be seen', () => {
  expect(libraries(modulesAfter(`await import('yaml'); await import('@weft/schema/author');`))).toEqual([
    'typebox',
    'yaml',
  ]);
});
