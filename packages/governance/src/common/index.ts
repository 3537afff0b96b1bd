/** What rule types share. */
export { canonicalJson, conditionId, effectiveConditions, fnv1a } from './condition-id.ts';
export {
  compileCondition,
  conditionProblem,
  describeCondition,
  type Matcher,
  matchesAll,
  systemField,
  traceConditions,
} from './conditions.ts';
export { describedRequest, type RequestDescription, requestService } from './described-request.ts';
export { type Bucket, type Keyed, KeyIndex, serviceKey } from './key-index.ts';
export { type MethodEntry, parseMethodEntry } from './method-entry.ts';
export { lookupKey, resourceName } from './resource.ts';
export { outOfScope, percentile } from './scope.ts';
export { localSlots, type SimulatedRequest, simulateRules } from './simulate.ts';
