import type { AuthRuleBody, AuthType, RbacDocument, RbacRule } from '@weft/schema/wire';

type Rules = readonly {
  readonly ruleDbId: number;
  readonly body: AuthRuleBody;
  /** Services at which its list is switched off. */
  readonly offAt?: readonly string[];
}[];

/** Services whose lists a rule is in; `*` is the whole app. */
export const servicesOf = ({ services, spec }: AuthRuleBody): readonly string[] =>
  spec.granularity === 'APP' ? ['*'] : services;

/**
 * The document of an app: the lists of each service, from the rules in the order of their ids. The switches of the lists
 * are on where they have a rule and nobody has switched them off.
 */
export function toAuthDocument(app: string, rules: Rules): Readonly<Record<string, unknown>> {
  const ordered = [...rules].sort((a, b) => a.ruleDbId - b.ruleDbId);
  const services = [...new Set(ordered.flatMap(({ body }) => servicesOf(body)))];
  return {
    appName: app,
    type: 'ALL',
    enabled: true,
    rbacRules: services.map((service) => {
      const own = ordered.filter(({ body }) => servicesOf(body).includes(service));
      const isOn = (type: AuthType): boolean => {
        const list = own.filter(({ body }) => body.spec.type === type);
        return list.length > 0 && !list.some(({ offAt }) => offAt?.includes(service) === true);
      };
      return {
        service,
        whiteListEnabled: isOn('WHITELIST'),
        blackListEnabled: isOn('BLACKLIST'),
        defaultDeny: own.some(({ body }) => body.spec.type === 'WHITELIST' && body.spec.defaultDeny),
        rules: own.map(({ ruleDbId, body }) => ({
          ruleDbId,
          name: body.name,
          type: body.spec.type,
          mode: body.mode,
          enabled: body.enabled,
          methods: body.methods,
          conditions: body.conditions,
          scope: body.scope,
          reject: body.spec.reject,
          granularity: body.spec.granularity,
          ...(body.description === '' ? {} : { description: body.description }),
        })),
      };
    }),
  };
}

/** The rules of a parsed document as the management API has them. */
export function fromAuthDocument(document: RbacDocument): { readonly ruleDbId: number; readonly body: AuthRuleBody }[] {
  const found = new Map<number, { rule: RbacRule; services: string[]; defaultDeny: boolean }>();
  for (const { service, rules, defaultDeny } of document.rbacRules)
    for (const rule of rules) {
      const known = found.get(rule.ruleDbId);
      if (known === undefined) found.set(rule.ruleDbId, { rule, services: [service], defaultDeny });
      else known.services.push(service);
    }
  return [...found].map(([ruleDbId, { rule, services, defaultDeny }]) => {
    const { description } = rule as RbacRule & { readonly description?: unknown };
    return {
      ruleDbId,
      body: {
        name: rule.name === '' ? `rule_${ruleDbId}` : rule.name,
        app: document.appName,
        direction: 'SERVER',
        services,
        methods: [...rule.methods],
        mode: rule.mode,
        enabled: rule.enabled,
        conditions: [...rule.conditions],
        scope: rule.scope,
        description: typeof description === 'string' ? description : '',
        spec: {
          type: rule.type,
          granularity: rule.granularity,
          defaultDeny: rule.type === 'WHITELIST' && defaultDeny,
          reject: rule.reject,
        },
      },
    };
  });
}
