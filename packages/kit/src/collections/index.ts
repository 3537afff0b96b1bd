export { type Identified, IdTable } from './id-table.ts';
