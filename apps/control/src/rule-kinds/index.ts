import type { RuleKind } from '@weft/control';
import { authRuleKind } from './auth.ts';
import { downgradeRuleKind } from './downgrade.ts';
import { faultInjectRuleKind } from './fault-inject.ts';
import { fuseRuleKind } from './fuse.ts';
import { hijackRuleKind } from './hijack.ts';
import { isolateRuleKind } from './isolate.ts';
import { limitRuleKind } from './limit.ts';
import { mappingRuleKind } from './mapping.ts';
import { mirrorRuleKind } from './mirror.ts';
import { routeRuleKind } from './route.ts';

/** The rule types of this control plane, one line each; the order does not matter. */
export const ruleKinds: readonly RuleKind[] = [
  limitRuleKind,
  routeRuleKind,
  fuseRuleKind,
  faultInjectRuleKind,
  authRuleKind,
  downgradeRuleKind,
  hijackRuleKind,
  isolateRuleKind,
  mirrorRuleKind,
  mappingRuleKind,
];

export { limitRuleKind };
