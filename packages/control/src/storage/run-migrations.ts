import { type Kysely, sql } from 'kysely';
import { type ComponentMigrations, type Dialect, StorageError } from './storage.ts';

interface MigrationTables {
  t_schema_migration: { component: string; id: number; title: string; gmt_create: number };
}

/** The migrations of a component that the database has not seen, in order, each in a transaction. */
export async function runMigrations(
  db: Kysely<MigrationTables>,
  dialect: Dialect,
  { component, migrations }: ComponentMigrations,
  nowMs: number,
): Promise<void> {
  migrations.forEach(({ id }, index) => {
    if (id !== index + 1)
      throw new Error(
        `migrations of ${component} must be numbered 1 to ${migrations.length}, found ${id} in place ${index + 1}`,
      );
  });
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS t_schema_migration (component ${dialect.text(64)} NOT NULL, id ${dialect.integer} NOT NULL, title ${dialect.text(255)} NOT NULL, gmt_create ${dialect.integer} NOT NULL, PRIMARY KEY (component, id))`,
    )
    .execute(db);
  const { newest } = await db
    .selectFrom('t_schema_migration')
    .select((eb) => eb.fn.max('id').as('newest'))
    .where('component', '=', component)
    .executeTakeFirstOrThrow();
  const done = Number(newest ?? 0);
  if (done > migrations.length)
    throw new StorageError(
      'other',
      `the tables of ${component} are of a newer release (schema ${done}, this one knows ${migrations.length}): start that release, or restore the data directory of this one`,
    );
  for (const { id, title, statements } of migrations.slice(done)) {
    await db.transaction().execute(async (tx) => {
      for (const statement of statements(dialect)) await sql.raw(statement).execute(tx);
      await tx.insertInto('t_schema_migration').values({ component, id, title, gmt_create: nowMs }).execute();
    });
  }
}
