export { openSqlite, type SqliteOptions } from './sqlite/index.ts';
export {
  type ComponentMigrations,
  type Dialect,
  type Migration,
  REFUSED,
  type Storage,
  StorageError,
  type StorageFault,
  type Transaction,
} from './storage.ts';
