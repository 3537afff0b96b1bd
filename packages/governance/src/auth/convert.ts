import type { AuthRuleBody, RbacDocument, RbacRule } from '@weft/schema/wire';

type Rules = readonly { readonly ruleDbId: number; readonly body: AuthRuleBody }[];

const servicesOf = ({ services, spec }: AuthRuleBody): readonly string[] =>
  spec.granularity === 'APP' ? ['*'] : services;

/**
 * The document of an app: the lists of each service, from the rules in the order of their ids. The switches of the lists
 * are on where they have a rule.
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
      return {
        service,
        whiteListEnabled: own.some(({ body }) => body.spec.type === 'WHITELIST'),
        blackListEnabled: own.some(({ body }) => body.spec.type === 'BLACKLIST'),
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
