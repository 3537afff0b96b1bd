import { LimitRuleBody } from '@weft/api/rules';
import type { FieldSchema } from '../../ui/schema-form/index.ts';

/** The schema of the rule is the form: fields, ranges, defaults, labels in both languages. */
export const RULE_SCHEMA = LimitRuleBody as unknown as FieldSchema;
