import type { Language } from '../../i18n/index.ts';
import type { FieldSchema } from './schema.ts';

/**
 * What somebody could write into a field, as it would be typed; undefined where its schema has none to show. An English
 * sentence is no example for readers of another language; names and paths are.
 */
export function exampleOf({ examples = [] }: FieldSchema, language: Language): string | undefined {
  const [first] = examples;
  const parts = (Array.isArray(first) ? first : [first]).filter((part) => part !== '*');
  if (parts.length === 0 || parts.some((part) => typeof part !== 'string' && typeof part !== 'number'))
    return undefined;
  const text = parts.join(', ');
  return text === '' || (language !== 'en' && /[a-z]+ [a-z]+ [a-z]+/.test(text)) ? undefined : text;
}

/** The first pair of an object whose names the user chooses. */
export function examplePair({ examples = [] }: FieldSchema): readonly [name: string, value: unknown] | undefined {
  const [first] = examples;
  return typeof first === 'object' && first !== null ? Object.entries(first)[0] : undefined;
}

/** What conditions compare system fields with, by the field; of others nobody can say. */
export const SYSTEM_EXAMPLES: Readonly<Partial<Record<string, string>>> = {
  'traffic.type': 'online',
  'source.app.name': 'productpage',
  'source.ip': '10.0.0.7',
  'destination.app.name': 'reviews',
  'destination.service.name': 'reviews.bookinfo:9080@Http1',
  'destination.method.name': 'getReview',
  'destination.ip': '10.0.0.8',
  'http.method': 'GET',
  'http.path': '/reviews/0',
};
