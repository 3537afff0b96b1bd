export type { Choices } from './context.ts';
export { type FieldSchema, type FormObject, withDefaults } from './schema.ts';
export { SchemaForm } from './schema-form.tsx';
export { type Problems, validate } from './validate.ts';
