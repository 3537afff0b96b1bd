import type { RouteDocument, RouteRule, RouteRuleBody } from '@weft/schema/wire';

/** A rule of the management API as the rule of a document. */
export function toWireRouteRule(ruleDbId: number, body: RouteRuleBody): Readonly<Record<string, unknown>> {
  const { spec } = body;
  return {
    id: ruleDbId,
    name: body.name,
    orderNum: spec.priority,
    enabled: body.enabled,
    fallback: spec.fallback,
    faultProtection: spec.faultProtection,
    strict: spec.strict,
    grays: [],
    conditions: body.conditions,
    destinations: spec.destinations.map(({ weight, labels }) => ({
      weight,
      destination: Object.entries(labels).map(([field, value]) => ({
        type: 'CUSTOM',
        field,
        operation: 'EQUAL',
        value: [value],
      })),
    })),
    methods: body.methods,
    scope: body.scope,
    app: body.app,
    ...(body.description === '' ? {} : { description: body.description }),
  };
}

/** The document of a service, from its rules in the order of their ids. */
export function toRouteDocument(
  service: string,
  rules: readonly { readonly ruleDbId: number; readonly body: RouteRuleBody }[],
): Readonly<Record<string, unknown>> {
  const ordered = [...rules].sort((a, b) => a.ruleDbId - b.ruleDbId);
  return {
    appName: ordered[0]?.body.app ?? '',
    dataId: service,
    type: 'service',
    enabled: true,
    rules: ordered.map(({ ruleDbId, body }) => toWireRouteRule(ruleDbId, body)),
  };
}

/** The rules of a parsed document as the management API has them; what `toRouteDocument` made comes back the same. */
export function fromRouteDocument(
  document: RouteDocument,
): { readonly ruleDbId: number; readonly body: RouteRuleBody }[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return document.rules.map((wire) => {
    const rule = wire as RouteRule & { readonly description?: unknown; readonly app?: unknown };
    return {
      ruleDbId: rule.id,
      body: {
        name: rule.name === '' ? `rule_${rule.id}` : rule.name,
        app: text(rule.app) || document.appName || '*',
        direction: 'CLIENT',
        services: [document.dataId],
        methods: rule.methods,
        mode: 'CONTROL',
        enabled: rule.enabled,
        conditions: [...rule.grays, ...rule.conditions],
        scope: rule.scope,
        description: text(rule.description),
        spec: {
          priority: rule.orderNum,
          destinations: rule.destinations.map(({ weight, destination }) => ({
            weight,
            labels: Object.fromEntries(destination.map(({ field, value }) => [field, value[0] ?? ''])),
          })),
          faultProtection: rule.faultProtection,
          fallback: rule.fallback,
          strict: rule.strict,
        },
      },
    };
  });
}
