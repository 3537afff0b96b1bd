export { openSqlite, type SqliteOptions } from './sqlite/index.ts';
export {
  type ComponentMigrations,
  type Dialect,
  type Migration,
  type Storage,
  StorageError,
  type StorageFault,
  type Transaction,
} from './storage.ts';
