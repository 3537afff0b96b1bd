export { type Limit, rateOf } from './limit-text.ts';
export {
  KINDS,
  kindOf,
  kindText,
  type RuleKind,
  ruleAddress,
  ruleInWords,
  typeInWords,
  type Words,
} from './rule-kind.ts';
