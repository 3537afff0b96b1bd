import { type Message, message } from '@weft/api';
import { auth, checkAuthBody, servicesOf, toAuthDocument } from '@weft/governance/auth';
import type { AuthRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Authorization. */
export const authRuleKind = governedKind<AuthRuleBody>({
  rule: auth,
  ownedBy: 'app',
  listOf: (body) => ({ list: body.spec.type, services: servicesOf(body) }),
  check: checkAuthBody,
  toDocument: toAuthDocument,
  preview: ({ spec }) => ({
    said: message(spec.type === 'WHITELIST' ? 'preview.whitelist' : 'preview.blacklist'),
    fields: {},
  }),
  warnings,
});

/** Without a condition a rule is for every caller, which is hardly what a list is made for. */
function warnings({ spec, conditions, mode }: AuthRuleBody): Message[] {
  if (conditions.length > 0 || mode === 'OBSERVE') return [];
  return [message(spec.type === 'WHITELIST' ? 'warning.whitelist-of-all' : 'warning.blacklist-of-all')];
}
