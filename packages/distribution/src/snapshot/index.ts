import type { SnapshotStore, SnapshotStoreOptions } from './contract.ts';

export type * from './contract.ts';

export const createSnapshotStore: (options: SnapshotStoreOptions) => SnapshotStore = () => {
  throw new Error('not built yet');
};
