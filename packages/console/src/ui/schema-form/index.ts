export type { Choices } from './context.ts';
export { goToFirstProblem } from './first-problem.ts';
export { pathInWords } from './path-words.ts';
export { type Problem, placeProblems } from './place.ts';
export { labelsOf } from './plain-words.ts';
export {
  type FieldSchema,
  type FormObject,
  isAdvanced,
  isShown,
  suffixOf,
  textsOf,
  valueLabel,
  withDefaults,
} from './schema.ts';
export { SchemaForm } from './schema-form.tsx';
export { type Problems, type Ranges, validate } from './validate.ts';
