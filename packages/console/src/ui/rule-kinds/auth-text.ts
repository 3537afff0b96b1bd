import type { Format, Translate } from '../../i18n/index.ts';

/** The part of an authorization rule that words are made of. */
interface Auth {
  readonly type?: string;
  readonly granularity?: string;
}

/** Whom a list is about and how far it reaches: "Whitelist of a service". */
export function authInWords({ type, granularity }: Auth, t: Translate, _format: Format): string {
  const list = t(type === 'BLACKLIST' ? 'rules.auth-BLACKLIST' : 'rules.auth-WHITELIST');
  if (granularity === 'APP') return t('rules.auth-app', { list });
  return t(granularity === 'METHOD' ? 'rules.auth-method' : 'rules.auth-service', { list });
}
