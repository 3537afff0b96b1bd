import type { IsolateDocument, IsolateRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireIsolateRules(ruleDbId: number, body: IsolateRuleBody): WireRuleData[] {
  return toWireRules(ruleDbId, body, () => ({ ...body.spec }));
}

/** The document of a calling app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toIsolateDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: IsolateRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'faultToleranceRules', rules, toWireIsolateRules);
}

/** The rules of a parsed document as the management API has them; what `toIsolateDocument` made comes back the same. */
export function fromIsolateDocument(
  document: IsolateDocument,
): { readonly ruleDbId: number; readonly body: IsolateRuleBody }[] {
  return fromAppRules(document.appName, document.faultToleranceRules, (rule) => ({
    timeWindow: rule.timeWindow,
    leastWindowCount: rule.leastWindowCount,
    leastExceptionRate: rule.leastExceptionRate,
    exceptionRateMultiple: rule.exceptionRateMultiple,
    maxIpCount: rule.maxIpCount,
    maxIpRatio: rule.maxIpRatio,
    recoverTime: rule.recoverTime,
    exceptionTypes: [...rule.exceptionTypes],
  }));
}
