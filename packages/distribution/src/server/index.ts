import type { DistributionServer, DistributionServerOptions } from './contract.ts';

export type * from './contract.ts';

export const createDistributionServer: (options: DistributionServerOptions) => DistributionServer = () => {
  throw new Error('not built yet');
};
