import { valuesOf, type WrittenForm } from '@weft/api/rules';
import type { FieldSchema, FormObject } from '../schema-form/index.ts';

/** Fields of degradation that say how a service writes its answers, and of which services they are asked. */
const ASKED_OF: Readonly<Record<string, readonly WrittenForm[]>> = {
  descriptorSet: ['message', 'triple', 'unknown'],
  tripleInterface: ['triple', 'unknown'],
};
const NOT_ASKED = { 'x-weft-form': { fixed: true } } as const;

/**
 * The schema of a form without the fields that none of the named services needs. A field stays while no service is named,
 * while one is of which nobody can tell, and where it has a value that somebody has to see.
 */
export function schemaFor(segment: string, schema: FieldSchema, rule: FormObject): FieldSchema {
  const spec = schema.properties?.['spec'];
  const services = Array.isArray(rule['services']) ? (rule['services'] as readonly string[]) : [];
  if (segment !== 'downgrade' || spec?.properties === undefined || services.length === 0) return schema;
  const forms = services.map(valuesOf);
  const given = Object(rule['spec']) as FormObject;
  const left = Object.entries(ASKED_OF)
    .filter(([key, of]) => !forms.some((form) => of.includes(form)) && isUntouched(spec.properties?.[key], given[key]))
    .map(([key]) => [key, { ...spec.properties?.[key], ...NOT_ASKED }] as const);
  if (left.length === 0) return schema;
  const properties = { ...spec.properties, ...Object.fromEntries(left) };
  return { ...schema, properties: { ...schema.properties, spec: { ...spec, properties } } };
}

const isUntouched = (field: FieldSchema | undefined, value: unknown): boolean =>
  value === undefined || value === field?.default;

/** What stands in a `spec` for nothing, in rules that do without the field: in others proxies refuse it. */
const NOTHING: Readonly<Record<string, FormObject>> = { 'fault-inject': { fixedDelay: 0 } };

/** The schema of a type as its form asks: a field that begins with nothing is empty, and to be filled where it is shown. */
export function askedSchema(segment: string, schema: FieldSchema): FieldSchema {
  const spec = schema.properties?.['spec'];
  const nothing = NOTHING[segment];
  if (spec?.properties === undefined || nothing === undefined) return schema;
  const asked = Object.entries(spec.properties).map(([key, field]) => {
    const { default: usual, ...rest } = field;
    return [key, key in nothing && nothing[key] === usual ? rest : field] as const;
  });
  return { ...schema, properties: { ...schema.properties, spec: { ...spec, properties: Object.fromEntries(asked) } } };
}

/** A stored rule as its form begins with it: without what stands for nothing. */
export function askedValue(segment: string, rule: FormObject): FormObject {
  const { spec } = rule;
  const nothing = NOTHING[segment];
  if (typeof spec !== 'object' || spec === null || nothing === undefined) return rule;
  const asked = Object.entries(spec).filter(([key, value]) => !(key in nothing && nothing[key] === value));
  return { ...rule, spec: Object.fromEntries(asked) };
}
