export type { FormHints, FormTexts } from '@weft/schema';
export { valuesOf, type WrittenForm } from '@weft/schema/data-id';
export {
  ERROR_STATUS,
  FAULT_DELAY,
  fuseThresholdRange,
  ISOLATE_RANGES,
  isWithin,
  type ValueRange,
} from '@weft/schema/ranges';
export { regexProblem } from '@weft/schema/regex';
/** The rule schemas, from which the console generates its forms. */
export {
  CONDITION_OPERATIONS,
  CONDITION_TYPES,
  Condition,
  DIRECTIONS,
  type Direction,
  LimitRuleBody,
  LimitSpec,
  MODES,
  RULE_TYPES,
  type RuleMode,
  RuleScope,
  type RuleType,
  SYSTEM_FIELDS,
  type SystemField,
  THRESHOLD_TYPES,
} from '@weft/schema/rules';
export { conditionInWords, listInWords, operationInWords, SYSTEM_FIELD_LABELS } from '@weft/schema/words';
export type {
  AuthRuleInput,
  DowngradeRuleInput,
  FaultRuleInput,
  FuseRuleInput,
  HijackRuleInput,
  IsolateRuleInput,
  LimitRuleInput,
  MappingRuleInput,
  MirrorRuleInput,
  RouteRuleInput,
  RuleInput,
} from './input.ts';
export {
  type AnyRuleKind,
  type BodyOfKind,
  bodyFields,
  type InputOfKind,
  isRuleSegment,
  RULE_KINDS,
  RULE_SEGMENTS,
  type RuleKindContract,
  type RuleSegment,
} from './rule-kinds.ts';
