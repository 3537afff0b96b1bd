export { type Limit, rateOf } from './limit-text.ts';
export {
  canObserve,
  isFixed,
  KINDS,
  kindOf,
  kindText,
  type RuleKind,
  ruleAddress,
  ruleInWords,
  rulesAddress,
  typeInWords,
  type Words,
} from './rule-kind.ts';
export { askedValue, schemaFor } from './schema-for.ts';
export { effectWarnings, hitsEveryCall, rangesOf } from './spec-checks.ts';
