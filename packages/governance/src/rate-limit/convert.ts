import type { FlowControlDocument, LimitRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireLimitRules(ruleDbId: number, body: LimitRuleBody): WireRuleData[] {
  const { thresholdType, threshold, timeMs, maxBurstRatio, zoneSpec, reject } = body.spec;
  return toWireRules(ruleDbId, body, ({ id, Resource, mode, httpPath, httpMethod }) => ({
    id,
    ruleDbId,
    Resource,
    thresholdType,
    threshold,
    timeMs,
    mode,
    maxBurstRatio,
    httpPath,
    httpMethod,
    zoneSpec: zoneSpec.length === 0 ? null : zoneSpec,
    reject,
  }));
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toLimitDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: LimitRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'flowControlRules', rules, toWireLimitRules);
}

/** The rules of a parsed document as the management API has them; what `toLimitDocument` made comes back the same. */
export function fromLimitDocument(
  document: FlowControlDocument,
): { readonly ruleDbId: number; readonly body: LimitRuleBody }[] {
  return fromAppRules(
    document.appName,
    document.flowControlRules,
    ({ thresholdType, threshold, timeMs, maxBurstRatio, zoneSpec, reject }) => ({
      thresholdType,
      threshold,
      timeMs,
      maxBurstRatio,
      zoneSpec,
      reject,
    }),
  );
}
