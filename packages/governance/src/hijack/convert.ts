import type { HijackDocument, HijackRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireHijackRules(ruleDbId: number, body: HijackRuleBody): WireRuleData[] {
  const { port, maxRequests, unit, reject } = body.spec;
  return toWireRules(ruleDbId, body, ({ mode }) => ({ ruleDbId, port, maxRequests, unit, mode, reject }));
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toHijackDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: HijackRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'hijackRules', rules, toWireHijackRules);
}

/** The rules of a parsed document as the management API has them; what `toHijackDocument` made comes back the same. */
export function fromHijackDocument(
  document: HijackDocument,
): { readonly ruleDbId: number; readonly body: HijackRuleBody }[] {
  return fromAppRules(document.appName, document.hijackRules, ({ port, maxRequests, unit, reject }) => ({
    port,
    maxRequests,
    unit,
    reject,
  })).map(({ ruleDbId, body }) => ({ ruleDbId, body: { ...body, direction: 'SERVER' } }));
}
