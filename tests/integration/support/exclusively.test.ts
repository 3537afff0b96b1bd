import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { exclusively } from '../../support/exclusively.ts';

it('lets one work at a time, also behind one that failed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-exclusively-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deep', 'lock');
  let working = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    working++;
    most = Math.max(most, working);
    await new Promise((resolve) => setImmediate(resolve));
    working--;
  };
  await expect(exclusively(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await Promise.all([1, 2, 3].map(() => exclusively(file, work)));
  expect(most).toBe(1);
});
