import type { FuseDocument, FuseRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireFuseRules(ruleDbId: number, body: FuseRuleBody): WireRuleData[] {
  const { spec } = body;
  return toWireRules(ruleDbId, body, ({ id, Resource, mode }) => ({
    id,
    ruleDbId,
    Resource,
    mode,
    meltAlgorithm: spec.meltAlgorithm,
    recoveryAlgorithm: spec.recoveryAlgorithm,
    triggerWindowMillis: spec.triggerWindowMillis,
    floorRequestCount: spec.floorRequestCount,
    probeNum: spec.probeNum,
    meltWindowMillis: spec.meltWindowMillis,
    threshold: spec.threshold,
    triggerType: spec.triggerType,
    zoneSpec: spec.zoneSpec.length === 0 ? null : spec.zoneSpec,
    thresholdUnit: spec.thresholdUnit,
    rpcTimeout: spec.rpcTimeout,
    errorCodes: spec.errorCodes,
    reject: spec.reject,
  }));
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toFuseDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: FuseRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'fuseRules', rules, toWireFuseRules);
}

/** The rules of a parsed document as the management API has them; what `toFuseDocument` made comes back the same. */
export function fromFuseDocument(document: FuseDocument): { readonly ruleDbId: number; readonly body: FuseRuleBody }[] {
  return fromAppRules(document.appName, document.fuseRules, (rule) => ({
    triggerType: rule.triggerType,
    threshold: rule.threshold,
    thresholdUnit: rule.thresholdUnit,
    triggerWindowMillis: rule.triggerWindowMillis,
    floorRequestCount: rule.floorRequestCount,
    meltWindowMillis: rule.meltWindowMillis,
    probeNum: rule.probeNum,
    rpcTimeout: rule.rpcTimeout,
    meltAlgorithm: rule.meltAlgorithm,
    recoveryAlgorithm: rule.recoveryAlgorithm,
    errorCodes: [...rule.errorCodes],
    zoneSpec: rule.zoneSpec,
    reject: rule.reject,
  }));
}
