import { ConfigError } from '@weft/kit';
import { escapeBare, escapeQuoted } from './escape.ts';
import { DEFAULT_ACCESS_LOG_FORMAT, type LogSegment, parseLogFormat } from './parse-format.ts';
import { LOG_VARIABLES, NUMERIC_VARIABLES, nearestName, PROXY_MADE_VARIABLES } from './variables.ts';

/** Reads one variable of a request; undefined when the request has none. */
export type VariableGetter<C> = (context: C) => string | undefined;
/** Finds the getter of a name once, at start; undefined says that the name is unknown. */
export type VariableResolver<C> = (name: string) => VariableGetter<C> | undefined;
/** Makes the line of one finished request, without a line end. */
export type LineFormatter<C> = (context: C) => string;

/**
 * Binds a parsed format to its getters. A request without a value gets `-`; values are escaped so that one request is one
 * line and no value can pretend to be another field.
 *
 * @throws ConfigError naming every unknown variable and the name that was probably meant
 */
export function compileLogFormat<C>(
  segments: readonly LogSegment[],
  resolve: VariableResolver<C>,
  path = '',
): LineFormatter<C> {
  const getters = resolveAll(segments, resolve, path);
  // texts[i] stands before value i; the last text ends the line.
  const texts: string[] = [''];
  const readers: ((context: C) => string)[] = [];
  let quoted = false;
  for (const segment of segments) {
    if ('text' in segment) {
      texts[texts.length - 1] += segment.text;
      for (const character of segment.text) if (character === '"') quoted = !quoted;
    } else {
      readers.push(readerOf(segment.variable, getters.get(segment.variable)!, quoted));
      texts.push('');
    }
  }
  return concatenation(texts, readers);
}

/**
 * Compiles what a listener's `log_format` may be: a format text (undefined or '' is the default), `json` for an object of the
 * default format's variables, or an object of key → format.
 *
 * @throws ConfigError as `parseLogFormat` and `compileLogFormat`
 */
export function compileAccessLog<C>(
  format: string | Readonly<Record<string, string>> | undefined,
  resolve: VariableResolver<C>,
  path = '',
): LineFormatter<C> {
  if (format === undefined || format === '')
    return compileLogFormat(parseLogFormat(DEFAULT_ACCESS_LOG_FORMAT), resolve, path);
  if (typeof format === 'string' && format !== 'json')
    return compileLogFormat(parseLogFormat(format, path), resolve, path);
  const fields = typeof format === 'string' ? defaultJsonFields() : format;
  const texts: string[] = [];
  const readers: ((context: C) => string)[] = [];
  for (const [key, template] of Object.entries(fields)) {
    const fieldPath = path === '' ? key : `${path}.${key}`;
    texts.push(`${texts.length === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    readers.push(jsonReader(parseLogFormat(template, fieldPath), resolve, fieldPath));
  }
  if (readers.length === 0) return () => '{}';
  return concatenation([...texts, '}'], readers);
}

/** One loop over two arrays: short enough to be inlined into nothing, and free of closures per request. */
function concatenation<C>(texts: readonly string[], readers: readonly ((context: C) => string)[]): LineFormatter<C> {
  const first = texts[0]!;
  const count = readers.length;
  return (context) => {
    let line = first;
    for (let i = 0; i < count; i++) line += readers[i]!(context) + texts[i + 1]!;
    return line;
  };
}

function readerOf<C>(name: string, get: VariableGetter<C>, quoted: boolean): (context: C) => string {
  if (PROXY_MADE_VARIABLES.has(name)) return (context) => get(context) || '-';
  const escapeValue = quoted ? escapeQuoted : escapeBare;
  return (context) => {
    const value = get(context);
    return value === undefined || value === '' ? '-' : escapeValue(value);
  };
}

function jsonReader<C>(
  segments: readonly LogSegment[],
  resolve: VariableResolver<C>,
  path: string,
): (context: C) => string {
  const getters = resolveAll(segments, resolve, path);
  const only = segments.length === 1 ? segments[0]! : undefined;
  if (only !== undefined && 'variable' in only && NUMERIC_VARIABLES.has(only.variable)) {
    const get = getters.get(only.variable)!;
    return (context) => {
      const value = get(context);
      if (value === undefined || value === '') return '"-"';
      return /^(?:0|[1-9]\d{0,14})$/.test(value) ? value : jsonText(value);
    };
  }
  return (context) => {
    let text = '';
    for (const segment of segments)
      text += 'text' in segment ? segment.text : getters.get(segment.variable)!(context) || '-';
    return jsonText(text);
  };
}

function resolveAll<C>(
  segments: readonly LogSegment[],
  resolve: VariableResolver<C>,
  path: string,
): Map<string, VariableGetter<C>> {
  const getters = new Map<string, VariableGetter<C>>();
  const unknown = new Set<string>();
  for (const segment of segments) {
    if ('text' in segment) continue;
    const get = resolve(segment.variable);
    if (get === undefined) unknown.add(segment.variable);
    else getters.set(segment.variable, get);
  }
  if (unknown.size === 0) return getters;
  throw new ConfigError(
    [...unknown].map((name) => {
      const nearest = nearestName(name, LOG_VARIABLES);
      return {
        file: '',
        path,
        value: `%${name}%`,
        expected: 'the name of a variable',
        message: `access log format: unknown variable ${name}`,
        ...(nearest === undefined ? {} : { hint: `did you mean %${nearest}%?` }),
      };
    }),
  );
}

function defaultJsonFields(): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const segment of parseLogFormat(DEFAULT_ACCESS_LOG_FORMAT)) {
    if ('variable' in segment) fields[segment.variable] = `%${segment.variable}%`;
  }
  return fields;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NEEDS_JSON_ESCAPE = /["\\\x00-\x1f\x7f-\uffff]/;

/** The same as `JSON.stringify`, without its price for the plain values that nearly all are. */
function jsonText(text: string): string {
  return NEEDS_JSON_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}
