import type { Language } from '../../i18n/index.ts';
import { type Direction, type FieldSchema, recordOf, textsOf } from './schema.ts';

/** A JSON pointer as labels of the form: "/spec/threshold" reads "Threshold". What the schema does not know stays as it is. */
export function pathInWords(schema: FieldSchema, pointer: string, language: Language, direction: Direction): string {
  const said: string[] = [];
  let here: FieldSchema | undefined = schema;
  for (const key of pointer.split('/').slice(1)) {
    const plain: string = key.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\d+$/.test(plain)) {
      here = here?.items;
      said.push(`${said.pop() ?? ''} ${Number(plain) + 1}`.trim());
      continue;
    }
    const named: FieldSchema | undefined = here === undefined ? undefined : recordOf(here);
    if (named !== undefined && here?.properties?.[plain] === undefined) {
      said.push(plain);
      here = named;
      continue;
    }
    here = here?.properties?.[plain];
    const title = here === undefined ? '' : textsOf(here, language, direction).title;
    // The fields of an object that forms do not name stand beside the others.
    if (title !== '' || here === undefined) said.push(title === '' ? plain : title);
  }
  return said.length === 0 ? pointer : said.join(' › ');
}
