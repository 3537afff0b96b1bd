import { errorParts } from '../../ui/error-text.ts';
import type { FormObject } from '../../ui/schema-form/index.ts';

type Read = { readonly kind: 'good'; readonly value: FormObject } | { readonly kind: 'bad'; readonly problem: string };

/** A JSON object of a text, or why it is none. */
export function parseObject(text: string): Read {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { kind: 'good', value: value as FormObject };
    }
    return { kind: 'bad', problem: Array.isArray(value) ? 'array' : String(value) };
  } catch (error) {
    return { kind: 'bad', problem: errorParts(error).message };
  }
}
