import { rbacDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { OWN_LOG } from '../common/index.ts';
import { compileAuth } from './compile.ts';
import { AUTH_LOG, AuthRuleSet } from './filter.ts';

export { checkAuthBody } from './body.ts';
export { fromAuthDocument, servicesOf, toAuthDocument } from './convert.ts';
export type { AuthProgram } from './program.ts';

/** Authorization by white and black lists. */
export const auth = defineGovernanceRule({
  name: 'auth',
  type: 'AUTH',
  schema: rbacDocumentSchema,
  list: 'rbacRules',
  order: { SERVER: 1, CLIENT: 0 },
  logs: [AUTH_LOG, OWN_LOG],
  detailLog: AUTH_LOG,
  compile: compileAuth,
  initSlot: () => {},
  instantiate: (program, services) => AuthRuleSet.build(program, services),
});
