import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { roughSetting } from './rough-setting.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'weft-rough-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['{"weft": {"run_dir": "/run/a b", "state_dir": "/s"}} oops', '/run/a b'],
  ['{"weft":{"RUN_DIR":"/x"', '/x'],
  ['weft:\n  run_dir: /run/y # where\n', '/run/y'],
  ["weft: { run_dir: '/z', data_threads: 1 }", '/z'],
  ['weft: { run_dir: /flow }', '/flow'],
  ['{"other_run_dir": "/no"}', undefined],
])('%j holds run_dir %j', (text, expected) => {
  const file = path.join(folder, 'config');
  writeFileSync(file, text);
  expect(roughSetting(file, 'run_dir')).toBe(expected);
});

test('a file that is not there holds nothing', () => {
  expect(roughSetting(path.join(folder, 'none'), 'state_dir')).toBeUndefined();
});
