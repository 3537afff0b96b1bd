import type { RuleType } from '../rules/rule-body.ts';
import { appRuleDataId, parseDrmDataId, serviceRuleDataId } from './drm-data-id.ts';

/** Where the rules of a type travel: the attribute of their dataId, and the list in its document. */
export interface RuleDocumentNames {
  readonly attribute: string;
  readonly list: string;
}

/** As installations know them: the same at both ends, and for everybody. */
export const RULE_DOCUMENTS: Readonly<Record<RuleType, RuleDocumentNames>> = {
  LIMIT: { attribute: 'flowControlRule', list: 'flowControlRules' },
  ROUTE: { attribute: 'routeRule', list: 'rules' },
  FUSE: { attribute: 'fuseRule', list: 'fuseRules' },
  FAULT_INJECT: { attribute: 'faultInjectRule', list: 'faultInjectRules' },
  AUTH: { attribute: 'rbacRule', list: 'rbacRules' },
  ISOLATE: { attribute: 'faultToleranceRule', list: 'faultToleranceRules' },
  DOWNGRADE: { attribute: 'downgradeRule', list: 'downgradeRules' },
  MIRROR: { attribute: 'mirrorRule', list: 'mirrorRules' },
  HIJACK: { attribute: 'hijackRule', list: 'hijackRules' },
  MAPPING: { attribute: 'mappingRule', list: 'mappingRules' },
};

/** The dataId of the rules of `type`: by app (`*` for every app), by service id for ROUTE. */
export function ruleDataId(type: RuleType, owner: string): string {
  const { attribute } = RULE_DOCUMENTS[type];
  return type === 'ROUTE' ? serviceRuleDataId(owner, attribute) : appRuleDataId(owner, attribute);
}

/**
 * The rule type that a dataId carries, or null when it carries something else.
 * @throws DataIdError when `dataId` is none
 */
export function ruleTypeOf(dataId: string): RuleType | null {
  const { attribute, className } = parseDrmDataId(dataId);
  for (const [type, entry] of Object.entries(RULE_DOCUMENTS)) {
    if (entry.attribute !== attribute) continue;
    const place = type === 'ROUTE' ? '.servicegov.services.' : '.servicegov.apps.';
    if (className.includes(place)) return type as RuleType;
  }
  return null;
}
