export { type AskingProxy, IsolationGrants } from './grants.ts';
export { grantsPort } from './port.ts';
