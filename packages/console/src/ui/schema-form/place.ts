import { joinSentences } from '../../i18n/index.ts';
import { type FieldSchema, type FormObject, getAt, isShown, type Path, pointerOf, recordOf } from './schema.ts';

/** A problem as the server and the check of the form name it. */
export interface Problem {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

export interface Placed {
  /** What is wrong, by the pointer of the field that shows it. */
  readonly at: ReadonlyMap<string, string>;
  /** What no field of the form stands for. */
  readonly elsewhere: readonly Problem[];
}

/** Puts each problem at the field that a form of this schema draws for it; `omit` are keys that are set elsewhere. */
export function placeProblems(
  schema: FieldSchema,
  value: FormObject,
  problems: Iterable<Problem>,
  omit: readonly string[] = [],
): Placed {
  const at = new Map<string, string>();
  const elsewhere: Problem[] = [];
  for (const problem of problems) {
    const keys = keysOf(problem.path);
    const path = omit.includes(keys[0] ?? '') ? null : fieldAt(schema, value, keys, []);
    if (path === null) {
      elsewhere.push(problem);
      continue;
    }
    const pointer = pointerOf(path);
    const before = at.get(pointer);
    if (before?.includes(problem.message) !== true) at.set(pointer, joinSentences([before ?? '', problem.message]));
  }
  return { at, elsewhere };
}

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The deepest field on the way that is drawn with a place for a problem; null where none is. */
function fieldAt(schema: FieldSchema, value: unknown, [key, ...rest]: readonly string[], path: Path): Path | null {
  if (schema.properties !== undefined) {
    const child = key === undefined ? undefined : schema.properties[key];
    const siblings = (typeof value === 'object' && value !== null ? value : {}) as FormObject;
    if (key === undefined || child === undefined || !isShown(child, siblings)) return null;
    return fieldAt(child, siblings[key], rest, [...path, key]);
  }
  const widget = schema['x-weft-form']?.widget;
  if (key === undefined || getAt(value, [key]) === undefined) return path;
  switch (widget) {
    case 'conditions':
      return rest.length === 0 ? path : [...path, key, rest[0] === 'field' ? 'field' : 'value'];
    case 'table':
    case 'records': {
      const row = widget === 'table' ? schema.items : recordOf(schema);
      if (row?.properties === undefined) return path;
      return fieldAt(row, getAt(value, [key]), rest, [...path, key]) ?? path;
    }
    default:
      return path;
  }
}
