import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requireTool, runTool } from '../support/foreign.ts';
import { sumOf } from '../support/metrics.ts';

const HERE = new URL('./', import.meta.url);

it('lists every foreign program of these tests with its Debian package', () => {
  const listed = readFileSync(new URL('needs.txt', HERE), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const used = new Set<string>();
  for (const file of readdirSync(HERE, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file === 'needs.test.ts') continue;
    const source = readFileSync(new URL(file, HERE), 'utf8');
    for (const [, command, name] of source.matchAll(/requireTool\('([^']+)', '([^']+)'\)/g))
      used.add(`${command} ${name}`);
  }
  expect(used.size).toBeGreaterThan(0);
  expect([...used].sort()).toEqual(listed.sort());
});

it('names the package of a program that is missing, and fails for one that does not end', async () => {
  expect(() => requireTool('no-such-program', 'its-package')).toThrow('apt-get install its-package');
  await expect(runTool('tail', ['-f', '/dev/null'], { limitMs: 50 })).rejects.toThrow('tail -f /dev/null did not end');
});

it('does not read a misspelt metric as 0', () => {
  const text = '# HELP a_total x\na_total{listener="x",code="200"} 2\na_total{listener="y",code="200"} 3\n';
  expect(sumOf(text, 'a_total')).toBe(5);
  expect(sumOf(text, 'a_total', { listener: 'y' })).toBe(3);
  expect(() => sumOf(text, 'b_total')).toThrow('no series b_total');
  expect(() => sumOf(text, 'a_total', { listener: 'z' })).toThrow('listener="z"');
});
