import { expect, test } from 'vitest';
import { translator } from '../i18n/index.ts';
import { whoText } from './who-text.ts';

test('what the control plane did by itself is not told as of somebody called so', () => {
  expect(whoText('weft', translator('en'))).toBe('Weft (by itself)');
  expect(whoText('weft', translator('zh'))).toBe('Weft（自动执行）');
});

test('others are called by their names', () => {
  for (const language of ['en', 'zh'] as const) expect(whoText('alice', translator(language))).toBe('alice');
});
