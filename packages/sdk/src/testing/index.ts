export type { ComplianceCase } from './compliance-case.ts';
export { loadBalancerCompliance, TestHosts, triedBefore } from './load-balancer.ts';
export { CodecFeeder, MemoryLink } from './memory-link.ts';
