export {
  CONDITION_OPERATION_LABELS,
  CONDITION_TYPE_LABELS,
  type Label,
  type LabelLanguage,
  SYSTEM_FIELD_LABELS,
} from './condition-labels.ts';
export { conditionInWords, conditionText, listInWords, operationInWords } from './condition-words.ts';
