import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimDirectory } from './claim-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-claim-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'control.pid');

test('a directory has one owner, until it lets go', () => {
  const release = claimDirectory(directory);
  expect(Number(readFileSync(file, 'utf8'))).toBe(process.pid);
  release();
  claimDirectory(directory)();
});

test('somebody who lives and is a control plane keeps it', () => {
  // The parent of this process is a Node, too.
  writeFileSync(file, String(process.ppid));
  expect(() => claimDirectory(directory)).toThrow(
    expect.objectContaining({
      code: 'data_folder_in_use',
      message: expect.stringContaining(`in use by a control plane (pid ${process.ppid})`),
    }),
  );
});

test.each(['', 'nonsense', '0', String(spawnSync('true').pid)])('a claim of nobody (%j) counts for nothing', (text) => {
  writeFileSync(file, text);
  claimDirectory(directory)();
});
