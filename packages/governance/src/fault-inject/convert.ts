import type { FaultDocument, FaultRule, FaultRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireFaultRules(ruleDbId: number, body: FaultRuleBody): WireRuleData[] {
  const { spec, conditions } = body;
  const configs = {
    faultPercent: spec.faultPercent,
    code: spec.rpcStatus === '' ? spec.code : spec.rpcStatus,
    fixedDelay: spec.fixedDelay,
  };
  const action = { type: body.mode === 'CONTROL' ? 'REJECT' : 'PASS' };
  const rules = toWireRules(ruleDbId, { ...body, conditions: [] }, ({ httpMethod, httpPath, mode }) => ({
    ruleDbId,
    resource: body.services[0] ?? '',
    trafficType: body.direction === 'SERVER' ? 'i' : 'o',
    httpMethod,
    httpPath,
    mode,
    faultInjectRuleItems: [{ ruleType: spec.ruleType, configs, trafficConditions: conditions, action }],
    ttlSeconds: spec.ttlSeconds,
  }));
  // The same key as `resource`.
  return rules.map(({ Resource: _, ...rule }) => ({ ...rule, ruleDbId }));
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toFaultDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: FaultRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'faultInjectRules', rules, toWireFaultRules);
}

/** The rules of a parsed document as the management API has them; what `toFaultDocument` made comes back the same. */
export function fromFaultDocument(
  document: FaultDocument,
): { readonly ruleDbId: number; readonly body: FaultRuleBody }[] {
  const rules = document.faultInjectRules.map((rule) => ({
    ...rule,
    conditions: [...rule.conditions, ...(rule.faultInjectRuleItems[0]?.trafficConditions ?? [])],
  }));
  return fromAppRules(document.appName, rules, specOf);
}

function specOf({ faultInjectRuleItems, ttlSeconds }: Pick<FaultRule, 'faultInjectRuleItems' | 'ttlSeconds'>) {
  const [item] = faultInjectRuleItems;
  const { ruleType = 'ABORT', configs = { code: 500, fixedDelay: 0, faultPercent: 100 } } = item ?? {};
  const { code, fixedDelay, faultPercent } = configs;
  return {
    ruleType,
    code: typeof code === 'number' ? code : 500,
    rpcStatus: (typeof code === 'string' ? code : '') as FaultRuleBody['spec']['rpcStatus'],
    fixedDelay,
    faultPercent,
    ttlSeconds,
  };
}
