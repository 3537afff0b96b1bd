import type {
  DistributionClient,
  DistributionClientOptions,
  Link,
  LinkOptions,
  RegistrySession,
  RegistrySessionOptions,
  ReportStream,
  ReportStreamOptions,
} from './contract.ts';

export type * from './contract.ts';

const missing = (): never => {
  throw new Error('not built yet');
};
export const createLink: (options: LinkOptions) => Link = missing;
export const createDistributionClient: (options: DistributionClientOptions) => DistributionClient = missing;
export const createRegistrySession: (options: RegistrySessionOptions) => RegistrySession = missing;
export const createReportStream: (options: ReportStreamOptions) => ReportStream = missing;
