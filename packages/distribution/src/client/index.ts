export type * from './contract.ts';
export { createDistributionClient } from './distribution-client.ts';
export { createLink } from './link.ts';
export { createRegistrySession } from './registry-session.ts';
export { createReportStream } from './report-stream.ts';
