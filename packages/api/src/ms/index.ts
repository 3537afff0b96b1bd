export { AuthLists } from './auth-list-routes.ts';
export { Breaker } from './breaker-routes.ts';
export * from './field-change.ts';
export { IsolatedInstance } from './isolation-routes.ts';
export {
  MAPPING_TRANSCODERS,
  type MappingTranscoder,
  Trial,
  TrialAnswer,
  TrialRequest,
} from './mapping-routes.ts';
export * from './monitor.ts';
export * from './records.ts';
export * from './rollout-objects.ts';
export { ms } from './routes.ts';
export * from './rule-objects.ts';
export { nameOperations, operationId, RULE_OPERATIONS, type RuleOperation, ruleTable } from './rule-routes.ts';
export { SEARCH_KINDS, SearchHit, type SearchKind, SearchResult } from './search-routes.ts';
export * from './services.ts';
export * from './sidecars.ts';
