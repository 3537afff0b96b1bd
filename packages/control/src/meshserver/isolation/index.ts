export { type AskingProxy, type GrantStanding, IsolationGrants } from './grants.ts';
export { grantsPort } from './port.ts';
