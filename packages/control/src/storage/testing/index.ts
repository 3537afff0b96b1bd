import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ComponentMigrations, Storage } from '../storage.ts';

interface SuiteTables {
  t_suite: { id: string; place: string; amount: number; body: string };
  t_suite_serial: { id: number; name: string };
}

const first: ComponentMigrations = {
  component: 'suite',
  migrations: [
    {
      id: 1,
      title: 'tables',
      statements: ({ text, integer, longText, serialPrimaryKey }) => [
        `CREATE TABLE t_suite (id ${text(64)} NOT NULL PRIMARY KEY, place ${text(64)} NOT NULL, amount ${integer} NOT NULL, body ${longText} NOT NULL)`,
        `CREATE TABLE t_suite_serial (id ${serialPrimaryKey}, name ${text(64)} NOT NULL)`,
      ],
    },
  ],
};

const second: ComponentMigrations = {
  component: 'suite',
  migrations: [
    ...first.migrations,
    { id: 2, title: 'uniqueness', statements: () => ['CREATE UNIQUE INDEX u_suite ON t_suite (place, amount)'] },
  ],
};

/**
 * What every storage promises. An implementation runs it in a few lines.
 *
 * @param open an empty database; the same `name` again opens the same one
 */
export function storageSuite(kind: string, open: (name: string) => Promise<Storage>): void {
  describe(`storage ${kind}`, () => {
    let storage: Storage;
    let name = '';
    let count = 0;
    beforeEach(async () => {
      name = `suite-${process.pid}-${++count}`;
      storage = await open(name);
      await storage.migrate(first);
    });
    afterEach(() => storage.close());

    const row = (id: string, amount = 1) => ({ id, place: 'p', amount, body: 'b' });
    const rows = () => storage.tables<SuiteTables>().selectFrom('t_suite').selectAll().orderBy('id').execute();

    test('a transaction happens whole, and what waits for it runs afterwards, in order', async () => {
      const seen: string[] = [];
      const result = await storage.write(async (tx) => {
        tx.afterCommit(() => seen.push('first'));
        await tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute();
        tx.afterCommit(() => seen.push('second'));
        expect(seen).toEqual([]);
        return 7;
      });
      expect([result, seen]).toEqual([7, ['first', 'second']]);
      expect(await rows()).toEqual([row('a')]);
    });

    test('a transaction that throws leaves nothing, and nothing runs afterwards', async () => {
      const seen: string[] = [];
      const work = storage.write(async (tx) => {
        tx.afterCommit(() => seen.push('never'));
        await tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute();
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect([await rows(), seen]).toEqual([[], []]);
    });

    test('transactions at the same time do not lose each other', async () => {
      await storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('a', 0)).execute());
      const bump = () =>
        storage.write(async (tx) => {
          const db = tx.tables<SuiteTables>();
          const { amount } = await db
            .selectFrom('t_suite')
            .select('amount')
            .where('id', '=', 'a')
            .executeTakeFirstOrThrow();
          await db
            .updateTable('t_suite')
            .set({ amount: amount + 1 })
            .where('id', '=', 'a')
            .execute();
        });
      await Promise.all(Array.from({ length: 50 }, bump));
      expect((await rows())[0]?.amount).toBe(50);
    });

    test('a key that is taken is a duplicate', async () => {
      const insert = () =>
        storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute());
      await insert();
      await expect(insert()).rejects.toMatchObject({ name: 'StorageError', fault: 'duplicate' });
    });

    test('keeps texts byte for byte, long ones, and whole numbers of 53 bits', async () => {
      const kept = { id: 'Ä', place: 'ß', amount: Number.MAX_SAFE_INTEGER, body: '流量𝄞\u0000'.repeat(100_000) };
      await storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(kept).execute());
      await storage.write((tx) =>
        tx
          .tables<SuiteTables>()
          .insertInto('t_suite')
          .values({ ...kept, id: 'ä' })
          .execute(),
      );
      const [one] = await storage
        .tables<SuiteTables>()
        .selectFrom('t_suite')
        .selectAll()
        .where('id', '=', 'Ä')
        .execute();
      expect(one?.amount).toBe(kept.amount);
      expect(one?.body === kept.body).toBe(true);
    });

    test('keys that the database gives grow, also past deleted ones', async () => {
      const insert = (label: string) =>
        storage
          .tables<{ t_suite_serial: { id?: number; name: string } }>()
          .insertInto('t_suite_serial')
          .values({ name: label })
          .execute();
      const last = async () =>
        (
          await storage.tables<SuiteTables>().selectFrom('t_suite_serial').selectAll().orderBy('id', 'desc').execute()
        )[0]?.id ?? 0;
      await insert('a');
      const before = await last();
      await storage.tables<SuiteTables>().deleteFrom('t_suite_serial').execute();
      await insert('b');
      expect(await last()).toBeGreaterThan(before);
    });

    test('migrations run once, in order, and keep the rows', async () => {
      await storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute());
      await storage.migrate(first);
      await storage.migrate(second);
      await storage.migrate(second);
      expect(await rows()).toEqual([row('a')]);
      await expect(
        storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('b')).execute()),
      ).rejects.toMatchObject({ fault: 'duplicate' });
    });

    test('tables of a newer release are refused, and say what to do', async () => {
      await storage.migrate(second);
      await expect(storage.migrate(first)).rejects.toThrow(/newer release.*start that release/);
    });

    test('a migration that fails leaves the tables as they were', async () => {
      const broken: ComponentMigrations = {
        component: 'suite',
        migrations: [
          ...first.migrations,
          { id: 2, title: 'broken', statements: () => ['DELETE FROM t_suite', 'CREATE NONSENSE'] },
        ],
      };
      await storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute());
      await expect(storage.migrate(broken)).rejects.toThrow();
      expect(await rows()).toEqual([row('a')]);
      await storage.migrate(second);
    });

    test('what was committed is there after closing and opening again', async () => {
      await storage.write((tx) => tx.tables<SuiteTables>().insertInto('t_suite').values(row('a')).execute());
      await storage.close();
      storage = await open(name);
      expect(await rows()).toEqual([row('a')]);
      expect(await storage.check()).toBeNull();
    });
  });
}
