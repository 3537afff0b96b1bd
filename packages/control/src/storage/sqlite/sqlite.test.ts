import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { storageSuite } from '../testing/index.ts';
import { openSqlite } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-storage-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

storageSuite('sqlite', async (name) => openSqlite({ file: join(directory, `${name}.db`) }));

const tables = {
  component: 'fill',
  migrations: [
    {
      id: 1,
      title: 'a table',
      statements: () => ['CREATE TABLE t_fill (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)'],
    },
  ],
};
interface FillTables {
  t_fill: { id?: number; body: string };
}

describe('sqlite', () => {
  test('a full file refuses, keeps what it has, and takes small things again once there is room', async () => {
    const storage = openSqlite({ file: join(directory, 'full.db'), maxPages: 40 });
    await storage.migrate(tables);
    const insert = (bytes: number) =>
      storage.write((tx) =>
        tx
          .tables<FillTables>()
          .insertInto('t_fill')
          .values({ body: 'x'.repeat(bytes) })
          .execute(),
      );
    await insert(1000);
    await expect(insert(1_000_000)).rejects.toMatchObject({ name: 'StorageError', fault: 'full' });
    const rows = await storage.tables<FillTables>().selectFrom('t_fill').selectAll().execute();
    expect(rows.map(({ body }) => body.length)).toEqual([1000]);
    await insert(1000);
    expect(await storage.check()).toBeNull();
    await storage.close();
  });

  test('a database that somebody else holds is busy', async () => {
    const file = join(directory, 'busy.db');
    const storage = openSqlite({ file, busyTimeoutMs: 0 });
    await storage.migrate(tables);
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    const insert = () =>
      storage.write((tx) => tx.tables<FillTables>().insertInto('t_fill').values({ body: 'x' }).execute());
    await expect(insert()).rejects.toMatchObject({ name: 'StorageError', fault: 'busy' });
    const said = /^nothing can be written: another process holds the database; end what else has weft\.db/;
    expect(await Promise.all([storage.check(), storage.check()])).toEqual([
      expect.stringMatching(said),
      expect.stringMatching(said),
    ]);
    other.exec('COMMIT');
    other.close();
    // Nobody has to write for it to be well again.
    expect(await storage.check()).toBeNull();
    await insert();
    await storage.close();
  });

  test('its file is for its owner only, and a folder that is missing is named', async () => {
    const file = join(directory, 'mode.db');
    await openSqlite({ file }).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => openSqlite({ file: join(directory, 'missing', 'weft.db') })).toThrow(/missing/);
  });
});
