import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownStateFolder } from './state-owner.ts';

const root = mkdtempSync(path.join(tmpdir(), 'weft-owner-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('state is taken over by the same application and file, and by nobody else', () => {
  const folder = path.join(root, 'sidecar.mesh');
  const [one, other] = ['one', 'other'].map((name) => {
    mkdirSync(path.join(root, name));
    const file = path.join(root, name, 'sidecar.yaml');
    writeFileSync(file, '');
    return file;
  }) as [string, string];
  // Of an earlier release: it names nobody.
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'node-id'), 'a');
  expect(ownStateFolder(folder, 'shop', one)).toBe(null);
  expect(ownStateFolder(folder, 'shop', one)).toBe(null);
  expect(readFileSync(path.join(folder, 'node-id'), 'utf8')).toBe('a');

  const moved = ownStateFolder(folder, 'shop', other);
  expect(moved?.before).toMatchObject({ app: 'shop', configFile: one });
  expect(existsSync(path.join(folder, 'node-id'))).toBe(false);
  expect(readFileSync(path.join(moved?.movedTo ?? '', 'node-id'), 'utf8')).toBe('a');
  expect(ownStateFolder(folder, 'shop', other)).toBe(null);
  expect(ownStateFolder(folder, 'bank', other)?.before.app).toBe('shop');
});
