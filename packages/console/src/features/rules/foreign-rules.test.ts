import { expect, test } from 'vitest';
import { leavesOut, readForeign, translateForeign } from './foreign-rules.tsx';

const FLOW = [{ resource: 'GET:/orders', grade: 1, count: 10, limitApp: 'default' }];

test('a file of another product is known by its rules, one of Weft is not', () => {
  expect(readForeign(FLOW)).toMatchObject({ format: 'sentinel', app: '', partial: false });
  expect(readForeign({ format: 'weft-rules/v1', type: 'LIMIT', rules: FLOW })).toBeNull();
  expect(readForeign({ rules: [{ name: 'x' }] })).toBeNull();
  expect(readForeign(null)).toBeNull();
});

test('what the file leaves open is asked for', () => {
  const found = readForeign(FLOW);
  if (found === null) throw new Error('expected a file of Sentinel');
  expect(leavesOut(translateForeign(found))).toBe(true);
  const told = translateForeign({ ...found, app: ' shop ', service: 'shop.local:80@Http1' });
  expect(leavesOut(told)).toBe(false);
  expect(told.rules).toMatchObject([{ app: 'shop', services: ['shop.local:80@Http1'], spec: { threshold: 10 } }]);
});
