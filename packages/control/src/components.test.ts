import { expect, test } from 'vitest';
import { COMPONENTS, EMBEDDED, selectComponents } from './components.ts';

test('there are fourteen, and those of this release need only each other', () => {
  expect(COMPONENTS).toHaveLength(14);
  expect(selectComponents(EMBEDDED)).toEqual(EMBEDDED);
});

test.each([
  [['drn'], /no component "drn".*drm/],
  [['pilot'], /not part of this release yet/],
  [['proxy'], /weft proxy start/],
  [['drm'], /drm needs osp/],
])('%j is refused', (names, message) => {
  expect(() => selectComponents(names)).toThrow(message);
});
