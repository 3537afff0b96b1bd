export * from './field-change.ts';
export * from './monitor.ts';
export * from './records.ts';
export * from './rollout-objects.ts';
export { ms } from './routes.ts';
export * from './rule-objects.ts';
export { nameOperations, operationId, RULE_OPERATIONS, type RuleOperation, ruleTable } from './rule-routes.ts';
export * from './services.ts';
export * from './sidecars.ts';
