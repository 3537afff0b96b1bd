import { message } from '@weft/api';
import { auth, checkAuthBody, servicesOf, toAuthDocument } from '@weft/governance/auth';
import type { AuthRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Authorization. */
export const authRuleKind = governedKind<AuthRuleBody>({
  rule: auth,
  ownedBy: 'app',
  listOf: (body) => ({ list: body.spec.type, services: servicesOf(body) }),
  deletedWhenOff: true,
  check: checkAuthBody,
  toDocument: toAuthDocument,
  preview: ({ spec }) => ({
    said: message(spec.type === 'WHITELIST' ? 'preview.whitelist' : 'preview.blacklist'),
    fields: {},
  }),
});
