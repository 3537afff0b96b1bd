export { ClientEnd, type IncomingRequest, pump, ServerEnd } from './codec-end.ts';
export type { ComplianceCase } from './compliance-case.ts';
export { governanceRuleCompliance, testRuleRequest } from './governance-rule.ts';
export { type HealthCheckerFixture, healthCheckerCompliance } from './health-checker.ts';
export { loadBalancerCompliance, TestHosts, triedBefore } from './load-balancer.ts';
export { CodecFeeder, MemoryLink } from './memory-link.ts';
export { type ProtocolFixture, protocolCompliance } from './protocol.ts';
export { describeHead, RecordingSink } from './recording-sink.ts';
export { streamFilterCompliance, TestStreamContext } from './stream-filter.ts';
export {
  type TranscoderExample,
  type TranscoderFixture,
  type TranscoderStreamExample,
  transcoderCompliance,
} from './transcoder.ts';
