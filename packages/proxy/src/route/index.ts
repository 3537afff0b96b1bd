export { type ConditionTrace, pathOf, type VariableReader } from './matcher.ts';
export { type Mutation, variablesOf } from './mutation.ts';
export type * from './program.ts';
export { redirectLocation, rewriteRequest } from './rewrite.ts';
export { Route, type RouteExplanation, RouteTable } from './table.ts';
export { VirtualHostIndex } from './virtual-hosts.ts';
