import type { MirrorDocument, MirrorRuleBody } from '@weft/schema/wire';
import { fromAppRules, toAppDocument, toWireRules, type WireRuleData } from '../common/index.ts';

/** A rule of the management API as rules of the wire document. */
export function toWireMirrorRules(ruleDbId: number, body: MirrorRuleBody): WireRuleData[] {
  return toWireRules(ruleDbId, body, () => ({ ...body.spec }));
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toMirrorDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: MirrorRuleBody }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'mirrorRules', rules, toWireMirrorRules);
}

/** The rules of a parsed document as the management API has them; what `toMirrorDocument` made comes back the same. */
export function fromMirrorDocument(
  document: MirrorDocument,
): { readonly ruleDbId: number; readonly body: MirrorRuleBody }[] {
  return fromAppRules(document.appName, document.mirrorRules, (rule) => ({
    percent: rule.percent,
    targetDataId: rule.targetDataId,
    targetCluster: rule.targetCluster,
    targetAddresses: [...rule.targetAddresses],
    amplification: rule.amplification,
    broadcast: rule.broadcast,
    stripHeaders: [...rule.stripHeaders],
    addHeaders: rule.addHeaders,
    hostSuffix: rule.hostSuffix,
    maxBodyBytes: rule.maxBodyBytes,
    maxPending: rule.maxPending,
  })).map(({ ruleDbId, body }) => ({ ruleDbId, body: { ...body, mode: 'CONTROL' } }));
}
