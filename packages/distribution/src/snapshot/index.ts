export type * from './contract.ts';
export { createSnapshotStore } from './store.ts';
