import type { FieldSchema, FormObject } from '../../ui/schema-form/index.ts';

/** The part of a stored rule that can be sent back: the fields of its schema; what the server says beside them is left out. */
export function bodyOf(rule: object, schema: FieldSchema): FormObject {
  const fields = Object.keys(schema.properties ?? {});
  return Object.fromEntries(Object.entries(rule).filter(([key]) => fields.includes(key)));
}
