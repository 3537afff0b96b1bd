import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { nameOf } from './graph-style.ts';

test.each([
  [{ kind: 'app', name: 'reviews', version: 'v2' }, 'reviews v2', 'reviews v2'],
  [{ kind: 'app', name: 'external', version: '' }, 'external', 'external'],
  [{ kind: 'external', name: 'external', version: '' }, 'external', '外部调用方'],
  [{ kind: 'external', name: 'pay.example:443', version: '' }, 'pay.example:443', 'pay.example:443'],
] as const)('%j is called %j, in Chinese %j', (node, en, zh) => {
  expect(nameOf(node, translator('en'))).toBe(en);
  expect(nameOf(node, translator('zh'))).toBe(zh);
});
