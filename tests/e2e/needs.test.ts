import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requireFont } from './console/stage.ts';

it('lists what the browser tests ask for with its Debian package', () => {
  const source = readFileSync(new URL('./console/stage.ts', import.meta.url), 'utf8');
  const tools = [...source.matchAll(/requireTool\('([^']+)', '([^']+)'\)/g)].map(([, name, from]) => `${name} ${from}`);
  const fonts = [...source.matchAll(/requireFont\('([^']+)', '([^']+)'\)/g)].map(
    ([, of, from]) => `font:${of} ${from}`,
  );
  const listed = readFileSync(new URL('./needs.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  expect([...tools, ...fonts].sort()).toEqual(listed.sort());
  expect(fonts).toHaveLength(1);
});

it('names the package of a font that is missing', () => {
  expect(() => requireFont('xx-nobody', 'its-package')).toThrow('apt-get install its-package');
});
