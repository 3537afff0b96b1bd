import type { FlowControlDocument, FlowControlRule, LimitRuleBody } from '@weft/schema/wire';
import { parseMethodEntry } from '../common/index.ts';

/** A rule as documents carry it. */
export type WireLimitRule = Readonly<Record<string, unknown>> & { readonly ruleDbId: number };

/**
 * A rule of the management API as rules of the wire document. Entries of `methods` that name an HTTP method or path become
 * rules of their own, because a wire rule has one method and path.
 */
export function toWireRules(ruleDbId: number, body: LimitRuleBody): WireLimitRule[] {
  const { spec } = body;
  return methodRuns(body.methods).map((methods, id) => {
    const entry = parseMethodEntry(methods[0] as string);
    const http = 'message' in entry ? { httpPath: '', httpMethod: '' } : entry;
    return {
      id,
      ruleDbId,
      Resource: null,
      thresholdType: spec.thresholdType,
      threshold: spec.threshold,
      timeMs: spec.timeMs,
      mode: body.mode,
      maxBurstRatio: spec.maxBurstRatio,
      httpPath: http.httpPath,
      httpMethod: http.httpMethod,
      zoneSpec: spec.zoneSpec.length === 0 ? null : spec.zoneSpec,
      name: body.name,
      enabled: body.enabled,
      direction: body.direction,
      services: body.services,
      methods,
      conditions: body.conditions,
      scope: body.scope,
      reject: spec.reject,
      ...(body.description === '' ? {} : { description: body.description }),
    };
  });
}

/** Plain methods together, HTTP entries one by one, in their order. */
function methodRuns(methods: readonly string[]): string[][] {
  const runs: string[][] = [];
  let plain: string[] | null = null;
  for (const method of methods) {
    if (method.includes('/') || method.startsWith('~') || method.includes(' ')) {
      plain = null;
      runs.push([method]);
    } else if (plain === null) {
      plain = [method];
      runs.push(plain);
    } else plain.push(method);
  }
  return runs;
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toLimitDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: LimitRuleBody }[],
): Readonly<Record<string, unknown>> {
  const ordered = [...rules].sort((a, b) => a.ruleDbId - b.ruleDbId);
  return {
    appName: app,
    type: 'ALL',
    enabled: true,
    flowControlRules: ordered.flatMap(({ ruleDbId, body }) => toWireRules(ruleDbId, body)),
  };
}

/** The rules of a parsed document as the management API has them; what `toLimitDocument` made comes back the same. */
export function fromLimitDocument(
  document: FlowControlDocument,
): { readonly ruleDbId: number; readonly body: LimitRuleBody }[] {
  const groups = Map.groupBy(document.flowControlRules, (rule) => rule.ruleDbId);
  return [...groups].map(([ruleDbId, rules]) => ({ ruleDbId, body: toBody(document.appName, rules) }));
}

function toBody(app: string, rules: readonly FlowControlRule[]): LimitRuleBody {
  const [rule] = rules as readonly [FlowControlRule];
  const { description } = rule as FlowControlRule & { readonly description?: unknown };
  return {
    name: rule.name === '' ? `rule-${rule.ruleDbId}` : rule.name,
    app,
    direction: rule.direction,
    services: rule.services,
    methods: rules.flatMap(methodsOf),
    mode: rule.mode,
    enabled: rule.enabled,
    conditions: rule.conditions,
    scope: rule.scope,
    description: typeof description === 'string' ? description : '',
    spec: {
      thresholdType: rule.thresholdType,
      threshold: rule.threshold,
      timeMs: rule.timeMs,
      maxBurstRatio: rule.maxBurstRatio,
      zoneSpec: rule.zoneSpec,
      reject: rule.reject,
    },
  };
}

/** Rules of other products have only the fields that an entry stands for. */
function methodsOf({ methods, httpMethod, httpPath }: FlowControlRule): readonly string[] {
  if ((httpMethod === '' && httpPath === '') || methods.length !== 1 || methods[0] !== '*') return methods;
  const path = httpPath === '' ? '*' : `~${httpPath}`;
  return [httpMethod === '' ? path : `${httpMethod} ${path}`];
}
