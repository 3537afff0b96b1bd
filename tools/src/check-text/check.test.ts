import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkRepositoryText, checkText } from './check.ts';

describe('finds', () => {
  test.each([
    ['docs/a.md', 'see /work/main/README.md'],
    ['docs/a.md', 'in /root/.config'],
    ['docs/a.md', 'in /home/somebody/weft'],
    ['docs/a.md', 'as EXT-PIPE-2 says'],
    ['packages/kit/src/a.ts', '// PERF-3.1'],
    ['packages/kit/src/a.ts', '// TODO: later'],
    ['packages/kit/src/a.ts', '/* FIXME */'],
    ['packages/kit/src/a.test.ts', 'test.only("x", () => {})'],
    ['packages/kit/src/a.test.ts', 'describe.concurrent.skip("x", () => {})'],
    ['tests/fuzz/a.ts', 'test("x", { skip: true }, () => {})'],
  ])('%s: %s', (file, text) => {
    expect(checkText(file, `first line\n${text}`)).toMatchObject([{ file, line: 2 }]);
  });
});

test('leaves other words alone', () => {
  expect(checkText('a.ts', 'HPACK CP-1252 /workers/ /var/tmp/x path/work/x reader.skip(4) ~/weft CON SEC-')).toEqual(
    [],
  );
  expect(checkText('a.ts', 'reader.only(1)')).toEqual([]);
});

test('reads what git would track, and fails when that is nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'weft-text-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  execFileSync('git', ['init', '-q'], { cwd: root });
  expect(checkRepositoryText(root)).toMatchObject({ files: 0, problems: [{ reason: 'no file was looked at' }] });

  writeFileSync(join(root, '.gitignore'), 'ignored.txt\n');
  writeFileSync(join(root, 'ignored.txt'), 'TODO');
  writeFileSync(join(root, 'new.txt'), 'fine\nTODO');
  expect(checkRepositoryText(root)).toMatchObject({
    files: 2,
    problems: [{ file: 'new.txt', line: 2, found: 'TODO' }],
  });
});
