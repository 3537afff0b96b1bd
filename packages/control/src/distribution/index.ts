export { createDistributionHub, type DistributionHub, type HubOptions } from './hub.ts';
export type { Refusal } from './refusals.ts';
