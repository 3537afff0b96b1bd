import type { MappingDocument, MappingRuleBody } from '@weft/schema/wire';
import { toAppDocument, type WireRuleData } from '../common/index.ts';

/** A mapping of the management API as it stands in the wire document. */
function toWireMapping(
  ruleDbId: number,
  { name, enabled, scope, description, spec }: MappingRuleBody,
  ruleVersion: number,
): WireRuleData[] {
  const said = { ...(ruleVersion === 0 ? {} : { ruleVersion }), ...(description === '' ? {} : { description }) };
  return [{ ruleDbId, name, enabled, scope, ...said, mapping: spec }];
}

/** The document of an app, from its mappings in the order of their ids; `*` is the app of those for every app. */
export function toMappingDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: MappingRuleBody; readonly version?: number }[],
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'mappingRules', rules, toWireMapping);
}

/** The mappings of a parsed document as the management API has them; what `toMappingDocument` made comes back the same. */
export function fromMappingDocument(
  document: MappingDocument,
): { readonly ruleDbId: number; readonly body: MappingRuleBody }[] {
  return document.mappingRules.map((rule) => {
    const { ruleDbId, name, enabled, scope, mapping } = rule;
    const { description } = rule as { readonly description?: unknown };
    return {
      ruleDbId,
      body: {
        name,
        app: document.appName,
        direction: 'SERVER',
        services: ['*'],
        methods: ['*'],
        mode: 'CONTROL',
        enabled,
        conditions: [],
        scope,
        description: typeof description === 'string' ? description : '',
        spec: mapping,
      },
    };
  });
}
