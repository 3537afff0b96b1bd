import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { importText } from './import-text.ts';

const NBSP = '\u00a0';

test.each([
  [['create', 'update'], '2 rules imported', `已导入 2${NBSP}条规则`],
  [['unchanged', 'unchanged'], 'Nothing was imported: 2 rules unchanged', `未导入规则：2${NBSP}条无变化`],
  [['update', 'unchanged'], '1 rule imported; 1 rule unchanged', `已导入 1${NBSP}条规则；1${NBSP}条无变化`],
  [['skip'], 'Nothing was imported: 1 rule skipped', `未导入规则：1${NBSP}条已跳过`],
  [
    ['unchanged', 'skip', 'create', 'skip'],
    '1 rule imported; 1 rule unchanged, 2 rules skipped',
    `已导入 1${NBSP}条规则；1${NBSP}条无变化，2${NBSP}条已跳过`,
  ],
])('of a file with %j is said %j', (actions, en, zh) => {
  const items = actions.map((action) => ({ action }));
  expect(importText(items, translator('en'))).toBe(en);
  expect(importText(items, translator('zh'))).toBe(zh);
});
