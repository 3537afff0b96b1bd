import type { FieldSchema, FormObject } from '../../ui/schema-form/index.ts';
import { textOf, type View } from '../../ui/url-state.ts';

/** The part of a stored rule that can be sent back: the fields of its schema; what the server says beside them is left out. */
export function bodyOf(rule: object, schema: FieldSchema): FormObject {
  const fields = Object.keys(schema.properties ?? {});
  return Object.fromEntries(Object.entries(rule).filter(([key]) => fields.includes(key)));
}

/** A new rule, filled with what the page that led here was about, as far as the type has it. */
export function prefilled(view: View, schema: FieldSchema): FormObject {
  const service = textOf(view, 'service');
  const directions = schema.properties?.['direction']?.enum ?? [];
  // Some types act on one side only.
  const direction = directions.find((value) => value === view['direction']) ?? directions[0];
  const start: Readonly<Record<string, unknown>> = {
    app: textOf(view, 'app') ?? '',
    ...(direction === undefined ? {} : { direction }),
    // Without one, what the type begins with stands: for some that is every service.
    ...(service === undefined ? {} : { services: [service] }),
    methods: [textOf(view, 'method') ?? '*'],
  };
  const fixed = (field: string): boolean => schema.properties?.[field]?.['x-weft-form']?.fixed === true;
  return bodyOf(Object.fromEntries(Object.entries(start).filter(([field]) => !fixed(field))), schema);
}
