export { createDistributionHub, type DistributionHub, type HubOptions } from './hub.ts';
