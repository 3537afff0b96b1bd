import { noopLogger } from '@weft/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type Storage, StorageError } from '../storage/index.ts';
import { gatewayMigrations, Idempotency } from './idempotency.ts';

describe('a call with an Idempotency-Key', () => {
  let storage: Storage;
  beforeEach(async () => {
    storage = openSqlite({ file: ':memory:' });
    await storage.migrate(gatewayMigrations);
  });
  afterEach(() => storage.close());

  /** A database that is full from the write of this number on. */
  function fullFrom(write: number): Storage {
    let writes = 0;
    return {
      ...storage,
      tables: () => storage.tables(),
      write: (work) => (++writes >= write ? Promise.reject(new StorageError('full', 'no space')) : storage.write(work)),
    };
  }
  const answer = { status: 201, headers: { etag: '"1"' }, body: '{"id":1}' };

  test('gets its answer also when the database has no room for it any more, and acts once', async () => {
    const full = fullFrom(2);
    const idempotency = new Idempotency(full, noopLogger, () => 1000);
    let acted = 0;
    const call = () =>
      idempotency.run('scope', 'request', async (mark) => {
        await full.write(async (tx) => {
          acted++;
          await mark(tx, 'change-1');
        });
        return answer;
      });
    expect(await call()).toEqual(answer);
    expect(await call()).toEqual(answer);
    expect(acted).toBe(1);
    // Another process knows from the row of the change that it was carried out, and not what the answer was.
    const later = new Idempotency(storage, noopLogger, () => 2000);
    await expect(later.run('scope', 'request', () => Promise.reject(new Error('acts twice')))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('change-1'),
    });
  });

  test('may come again when its change was taken back', async () => {
    const idempotency = new Idempotency(storage, noopLogger, () => 1000);
    const refused = idempotency.run('scope', 'request', (mark) =>
      storage.write(async (tx) => {
        await mark(tx, 'change-1');
        throw new Error('refused');
      }),
    );
    await expect(refused).rejects.toThrow('refused');
    expect(await idempotency.run('scope', 'request', () => Promise.resolve(answer))).toEqual(answer);
  });
});
