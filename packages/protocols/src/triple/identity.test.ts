import { expect, it } from 'vitest';
import { interfaceOf } from './identity.ts';

it.each([
  ['/a.B/c', 'a.B'],
  ['/x/a.B/c', 'a.B'],
  ['/a.B/c?d=/e', 'a.B'],
  ['/c', ''],
  ['', ''],
  ['/', ''],
  ['/a.B/', ''],
  ['//c', ''],
])('finds in %s the interface %j', (path, name) => {
  expect(interfaceOf(path)).toBe(name);
});
