import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalPath } from './index.ts';

test.each([
  ['/', '/'],
  ['', ''],
  ['*', '*'],
  ['/details/0', '/details/0'],
  ['/%64etails/0', '/details/0'],
  ['/%2e%2E/admin', '/admin'],
  ['/a/./b/../c', '/a/c'],
  ['/a/b/..', '/a/'],
  ['/a/b/.', '/a/b/'],
  ['/../../a', '/a'],
  ['//admin///x', '/admin/x'],
  ['/a//', '/a/'],
  ['/..', '/'],
  ['/a%2Fb', '/a%2Fb'],
  ['/a%2fb/%zz%7', '/a%2fb/%zz%7'],
  ['/.well-known/x', '/.well-known/x'],
  ['/a.b/..c', '/a.b/..c'],
])('%s is %s', (path, normal) => {
  expect(normalPath(path)).toBe(normal);
});

test('does nothing twice, and leaves no segment that leads elsewhere', () => {
  const piece = fc.constantFrom('/', '.', '..', 'a', '%2e', '%61', '%25', '%2f', '//', 'b');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = normalPath(`/${pieces.join('')}`);
      expect(normalPath(once)).toBe(once);
      expect(once.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false);
      expect(once.startsWith('/')).toBe(true);
    }),
    { seed: 3, numRuns: 2000 },
  );
});
