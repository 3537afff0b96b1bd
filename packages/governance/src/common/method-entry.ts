import { normalPath } from '@weft/kit/http-path';
import { regexProblem } from '@weft/schema/regex';

/** An entry of `methods`: a plain name or `*`, or for HTTP `[VERB ]path`. */
export interface MethodEntry {
  /** Key that the rule is found by: the name of an RPC method or an HTTP verb; `*` for HTTP entries with a path. */
  readonly method: string;
  readonly httpMethod: string;
  /** Regular expression that is found in the path; '' = any. */
  readonly httpPath: string;
  /** The path when the entry names exactly one; '' otherwise. */
  readonly exactPath: string;
}

const VERB = /^([A-Z]{1,32}) (.*)$/s;
const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

const escapeRegex = (text: string): string =>
  text.replace(SPECIAL, (character) => (character === '/' ? '/' : `\\${character}`));

/** Reads an entry; a text says what is wrong with it. */
export function parseMethodEntry(entry: string): MethodEntry | { readonly message: string; readonly expected: string } {
  const verb = VERB.exec(entry);
  const rest = verb === null ? entry : (verb[2] as string);
  const httpMethod = verb?.[1] ?? '';
  if (verb === null && !entry.startsWith('/') && !entry.startsWith('~')) {
    if (/[\s\p{Cc}]/u.test(entry))
      return {
        message: 'neither a method nor a path',
        expected: 'a method name, `*`, or `[VERB ]path` such as `GET /reviews/*`',
      };
    if (entry !== '*' && entry.includes('*'))
      return {
        message: '`*` within a method name',
        expected: 'the whole name of a method, one in each entry, or `*` alone for all methods',
      };
    return { method: entry, httpMethod: '', httpPath: '', exactPath: '' };
  }
  if (rest.startsWith('~')) {
    const problem =
      rest.length === 1
        ? { message: 'empty', expected: 'a regular expression behind `~`' }
        : regexProblem(rest.slice(1));
    if (problem !== null) return problem;
    return { method: '*', httpMethod, httpPath: rest.slice(1), exactPath: '' };
  }
  if (rest === '*') return { method: '*', httpMethod, httpPath: '', exactPath: '' };
  if (!rest.startsWith('/') || /[\s?#\p{Cc}]/u.test(rest))
    return {
      message: 'not a path',
      expected: 'a path that begins with `/`, has no query, and may end in `*`; or `~` and a regular expression',
    };
  if (rest.endsWith('*')) {
    if (rest.slice(0, -1).includes('*'))
      return { message: '`*` within a path', expected: '`*` at the end only, or `~` and a regular expression' };
    return { method: '*', httpMethod, httpPath: `^${escapeRegex(normalPrefix(rest.slice(0, -1)))}`, exactPath: '' };
  }
  if (rest.includes('*'))
    return { message: '`*` within a path', expected: '`*` at the end only, or `~` and a regular expression' };
  const path = normalPath(rest);
  return { method: '*', httpMethod, httpPath: `^${escapeRegex(path)}$`, exactPath: path };
}

/** Requests are compared by their normal path, so an entry is one, too; a dot at the end of a prefix begins a name. */
function normalPrefix(prefix: string): string {
  const cut = prefix.lastIndexOf('/') + 1;
  const last = prefix.slice(cut);
  return `${normalPath(prefix.slice(0, cut))}${last === '.' || last === '..' ? last : normalPath(`/${last}`).slice(1)}`;
}
