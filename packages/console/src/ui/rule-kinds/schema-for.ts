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
