export { traceIdOf } from '@weft/sdk';
/** What rule types share. */
export { BLOCK_LOG, BlockLog, LineThrottle, permitsText } from './block-log.ts';
export { canonicalJson, conditionId, effectiveConditions, fnv1a } from './condition-id.ts';
export {
  comparedValues,
  compileCondition,
  conditionProblem,
  type Matcher,
  matchesAll,
  systemField,
  traceConditions,
} from './conditions.ts';
export { describedRequest, type RequestDescription, requestService } from './described-request.ts';
export { EntryCounters } from './entry-counters.ts';
export { isFramingHeader } from './framing-headers.ts';
export { type Bucket, bucketOf, type Keyed, KeyIndex, serviceKey } from './key-index.ts';
export { localServices, localSlots } from './local-services.ts';
export {
  askedHeaders,
  contextOf,
  contextPrefix,
  FLOW_DETAIL_LOG,
  OWN_LOG,
  repeatedTimes,
  servicesInWords,
  shownDocument,
} from './log-lines.ts';
export { type MethodEntry, parseMethodEntry } from './method-entry.ts';
export { type HostFinder, type Replayed, type ReplayedRequest, replayRules } from './replay.ts';
export { type Report, type RuleProblem, reporter } from './report.ts';
export {
  type ComparisonText,
  conditionsText,
  FlowDetail,
  flowComparison,
  requestResource,
  shownResource,
  writeMatchDetail,
} from './request-detail.ts';
export { lookupKey, resourceName } from './resource.ts';
export { checkScope, outOfScope, percentile } from './scope.ts';
export { shownProblem } from './shown-problem.ts';
export {
  buildSides,
  explainIdle,
  explainSide,
  isAsked,
  type MatchedEntry,
  Matches,
  type RuleJudgement,
  type RuleSide,
  traceHead,
} from './sides.ts';
export { type SimulatedRequest, simulateRules } from './simulate.ts';
export {
  asIdle,
  checkConditions,
  checkReject,
  checkService,
  type EntryProgram,
  type Expanded,
  expandDocuments,
  expandTargets,
  type IdleProgram,
  MAX_ENTRIES,
  type RuleTarget,
  type TargetRule,
  whyIdle,
} from './targets.ts';
export {
  type BucketParameters,
  bucketParameters,
  ConcurrencyGate,
  fillBucket,
  maxPermitsOf,
  refreshBucket,
  storedTicks,
  TokenBucket,
  ticksAt,
} from './token-bucket.ts';
export {
  type BodyCheck,
  type CheckedBody,
  checkBody,
  fromAppRules,
  toAppDocument,
  toWireRules,
  type WireRuleData,
} from './wire-convert.ts';
export { refuseSameZones } from './zone-problems.ts';
