import { ConfigError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';
import { isHttpField } from '../carry/index.ts';
import {
  ANY,
  type ClassTypes,
  type Dialect,
  type FromJsonOptions,
  type JavaType,
  parseJavaType,
  type ToJsonOptions,
} from '../values/index.ts';
import type { MappingDocument, MethodDocument } from './mapping-schema.ts';
import { isOnePlace, type Place, parseTemplate, type Template } from './template.ts';

/** What the body of HTTP is: all arguments, nothing, or the argument of that number. */
export type BodyRule = 'args' | 'none' | number;

/** A method, compiled. */
export interface MethodMapping {
  readonly service: ServiceMapping;
  readonly name: string;
  /** Java types of the parameters as they were written; null: not known. */
  readonly typeNames: readonly string[] | null;
  readonly types: readonly JavaType[] | null;
  readonly httpMethod: string;
  readonly path: Template;
  readonly query: readonly (readonly [name: string, template: Template])[];
  readonly headers: readonly (readonly [name: string, template: Template])[];
  readonly cookies: readonly (readonly [name: string, template: Template])[];
  readonly body: BodyRule;
  readonly resultType: JavaType;
  readonly errorByStatus: ReadonlyMap<number, string>;
  readonly statusByError: ReadonlyMap<string, number>;
  readonly oneWay: boolean;
}

const BODYLESS: ReadonlySet<string> = new Set(['GET', 'DELETE']);
const KEY = /^([\w$]+)(?:\((.*)\))?$/s;
const NO_METHOD: MethodDocument = {
  httpMethod: '',
  path: '',
  query: {},
  headers: {},
  cookies: {},
  body: '',
  resultType: '',
  errors: {},
  oneWay: false,
};
/** Methods that are called without being listed, with their templates: names come from callers and are bounded. */
const MAX_UNLISTED = 256;

/** A service and how its methods look over HTTP, compiled from its document. */
export class ServiceMapping {
  readonly document: MappingDocument;
  /** `Host` of requests. */
  readonly authority: string;
  readonly toJson: ToJsonOptions;
  readonly fromJson: FromJsonOptions;
  readonly methods: readonly MethodMapping[];
  readonly #byName = new Map<string, MethodMapping[]>();
  readonly #unlisted = new Map<string, MethodMapping>();

  /** @throws ConfigError with places below `path` */
  constructor(document: MappingDocument, dialect: Dialect, path: string) {
    checkNames(document, path);
    this.document = document;
    this.authority = (document.target.split('@')[0] as string) || document.service;
    const { bigNumbers, dates, keepTypes } = document;
    this.toJson = { bigNumbers, dates, keepTypes, enums: new Map(document.enums.map((name) => [name, true])) };
    this.fromJson = { dialect, keepTypes, classes: classTypes(document, path) };
    this.methods = Object.entries(document.methods).map(([key, method]) =>
      compileMethod(this, key, method, `${path}.methods[${JSON.stringify(key)}]`),
    );
    checkPaths(this.methods, Object.keys(document.methods), path);
    for (const method of this.methods) {
      const same = this.#byName.get(method.name) ?? [];
      same.push(method);
      this.#byName.set(method.name, same);
    }
  }

  /** Whether calls of this service are meant; an empty version or group stands for any. */
  covers(service: string, version: string, group: string): boolean {
    const own = this.document;
    return (
      own.service === service &&
      (own.version === '' || own.version === version) &&
      (own.group === '' || own.group === group)
    );
  }

  /** The method of this name and these parameter types; by the defaults when it is not listed and may be called. Null otherwise. */
  method(name: string, typeNames: readonly string[]): MethodMapping | null {
    const same = this.#byName.get(name);
    if (same !== undefined) {
      const key = typeNames.join();
      const exact = same.find((method) => method.typeNames?.join() === key);
      const loose = exact ?? same.find((method) => method.typeNames === null);
      if (loose !== undefined) return loose;
    }
    return this.#unlistedMethod(name);
  }

  /**
   * The method that a call without types means: the only one of this name that takes so many arguments. Null where there is none.
   * @param count -1 where that is not known
   * @throws TranscodeError when there are several
   */
  methodOf(name: string, count: number): MethodMapping | null {
    const same = this.#byName.get(name) ?? [];
    const fitting = same.filter(({ typeNames }) => count < 0 || typeNames === null || typeNames.length === count);
    if (fitting.length > 1)
      throw new TranscodeError(`several methods ${name.slice(0, 64)} could be meant: the call must name its types`);
    return fitting[0] ?? this.#unlistedMethod(name);
  }

  lists(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whether methods can be called that are not listed. */
  get opensUnlisted(): boolean {
    return this.methods.length === 0 || this.document.defaults.unlisted;
  }

  #unlistedMethod(name: string): MethodMapping | null {
    return this.opensUnlisted ? this.byDefaults(name) : null;
  }

  /** A method that is not listed, by the defaults; whether it may be called is not asked. Null when its name is none. */
  byDefaults(name: string): MethodMapping | null {
    const known = this.#unlisted.get(name);
    if (known !== undefined) return known;
    if (!/^[\w$]{1,256}$/.test(name)) return null;
    const method = compileMethod(this, name, NO_METHOD, '');
    if (this.#unlisted.size < MAX_UNLISTED) this.#unlisted.set(name, method);
    return method;
  }
}

function compileMethod(service: ServiceMapping, key: string, given: MethodDocument, path: string): MethodMapping {
  const found = KEY.exec(key);
  if (found === null) fail(path, key, 'a method such as "getUser" or "getUser(java.lang.String)"', 'not a method');
  const { defaults, service: interfaceName } = service.document;
  const name = found[1] as string;
  const typeNames = found[2] === undefined ? null : splitTypes(found[2]);
  const names = { interface: interfaceName, method: name };
  const template = (place: string, text: string): Template => {
    try {
      return parseTemplate(text, names);
    } catch (error) {
      return failWith(error, `${path}.${place}`, text, 'a text with places such as {0}');
    }
  };
  const templates = (place: string, map: Readonly<Record<string, string>>): [string, Template][] =>
    Object.entries(map).map(([item, text]) => [item, template(`${place}.${item}`, text)]);
  const httpMethod = (given.httpMethod || defaults.httpMethod).toUpperCase();
  const errors = Object.entries(given.errors).map(
    ([status, className]) => [statusOf(status, path), className] as const,
  );
  const method: MethodMapping = {
    service,
    name,
    typeNames: typeNames === null ? null : typeNames.map((type) => type.replaceAll(/\s|<.*>/gs, '')),
    types: typeNames === null ? null : typeNames.map((type) => javaType(type, path)),
    httpMethod,
    path: template('path', given.path || defaults.path),
    query: templates('query', given.query),
    headers: templates('headers', given.headers).map(([header, value]) => [header.toLowerCase(), value]),
    cookies: templates('cookies', given.cookies),
    body: bodyRule(given.body || (BODYLESS.has(httpMethod) ? 'none' : defaults.body), path),
    resultType: given.resultType === '' ? ANY : javaType(given.resultType, `${path}.resultType`),
    errorByStatus: new Map(errors),
    statusByError: new Map(errors.map(([status, className]) => [className, status])),
    oneWay: given.oneWay,
  };
  checkMethod(method, path);
  return method;
}

/** Texts that become parts of heads: no blank or control character may stand in them. */
function checkNames(document: MappingDocument, path: string): void {
  for (const name of ['service', 'version', 'group', 'target'] as const)
    if (!VISIBLE.test(document[name]))
      fail(`${path}.${name}`, document[name], 'visible characters of ASCII only', 'a blank or another character');
}

const VISIBLE = /^[\x21-\x7e]*$/;
/** RFC 9110 section 9.1: a method is a token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/;

/** Of two methods behind one path of one verb callers of HTTP would never reach the second. */
function checkPaths(methods: readonly MethodMapping[], keys: readonly string[], path: string): void {
  const owners = new Map<string, string>();
  for (const [index, { httpMethod, path: template }] of methods.entries()) {
    const key = keys[index] as string;
    const shape = template.parts.map((part) => (typeof part === 'string' ? part : '{}')).join('');
    const owner = owners.get(`${httpMethod} ${shape}`);
    if (owner !== undefined)
      fail(
        `${path}.methods[${JSON.stringify(key)}].path`,
        template.text,
        'a verb and path that no other method of the mapping has',
        `${httpMethod} ${shape} is that of ${owner} already`,
      );
    owners.set(`${httpMethod} ${shape}`, key);
  }
}

/** What can never work stops the start. */
function checkMethod(method: MethodMapping, path: string): void {
  if (!TOKEN.test(method.httpMethod))
    fail(`${path}.httpMethod`, method.httpMethod, 'a method of HTTP, such as GET', 'not a method');
  if (!method.path.parts.every((part) => typeof part !== 'string' || VISIBLE.test(part)))
    fail(
      `${path}.path`,
      method.path.text,
      'visible characters of ASCII, others as %XX',
      'a blank or another character',
    );
  if (!method.path.text.startsWith('/'))
    fail(`${path}.path`, method.path.text, 'a path that begins with /', 'not a path');
  const count = method.typeNames?.length ?? Number.POSITIVE_INFINITY;
  const check = (place: string, { parts, text }: Template): void => {
    for (const part of parts)
      if (typeof part !== 'string' && part.argument >= count)
        fail(`${path}.${place}`, text, `arguments below ${count}`, 'the method has no such argument');
  };
  check('path', method.path);
  for (const [name, template] of method.query) check(`query.${name}`, template);
  for (const [name, template] of method.headers) {
    check(`headers.${name}`, template);
    if (!isHttpField(name, ''))
      fail(`${path}.headers`, name, 'a header that a request may set; the host is `target`', 'not such a header');
  }
  for (const [name, template] of method.cookies) {
    check(`cookies.${name}`, template);
    if (!isOnePlace(template)) fail(`${path}.cookies.${name}`, template.text, 'one place, such as {1}', 'not a place');
  }
  if (typeof method.body === 'number' && method.body >= count)
    fail(`${path}.body`, String(method.body), `arguments below ${count}`, 'the method has no such argument');
}

function bodyRule(text: string, path: string): BodyRule {
  if (text === 'args' || text === 'none') return text;
  const found = /^\{?(\d{1,2})\}?$/.exec(text);
  if (found === null) fail(`${path}.body`, text, '"args", "none" or the number of an argument', 'not a body');
  return Number(found[1]);
}

function statusOf(text: string, path: string): number {
  if (!/^[45]\d\d$/.test(text)) fail(`${path}.errors`, text, 'a status from 400 to 599', 'not a status of an error');
  return Number(text);
}

function classTypes({ types }: MappingDocument, path: string): ClassTypes {
  return new Map(
    Object.entries(types).map(([className, fields]) => [
      className,
      new Map(
        Object.entries(fields).map(([field, type]) => [
          field,
          javaType(type, `${path}.types[${JSON.stringify(className)}]`),
        ]),
      ),
    ]),
  );
}

function javaType(text: string, path: string): JavaType {
  try {
    return parseJavaType(text);
  } catch (error) {
    return failWith(error, path, text, 'a Java type such as java.util.List<com.x.User>');
  }
}

/** `a, java.util.Map<b, c>` at the commas that are in no brackets. */
function splitTypes(text: string): string[] {
  const types: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at];
    if (letter === '<') depth++;
    else if (letter === '>') depth--;
    else if ((letter === ',' && depth === 0) || at === text.length) {
      types.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return types.length === 1 && types[0] === '' ? [] : types;
}

function failWith(error: unknown, path: string, value: string, expected: string): never {
  if (!(error instanceof RangeError)) throw error;
  return fail(path, value, expected, error.message);
}

function fail(path: string, value: string, expected: string, message: string): never {
  throw new ConfigError([{ file: '', path, value: JSON.stringify(value), expected, message }]);
}

/** A value at a place, of the arguments; undefined where there is none. */
export function argumentAt({ argument, names }: Place, args: readonly unknown[]): unknown {
  let value: unknown = args[argument];
  for (const name of names) {
    const fields = value instanceof Map ? value : (value as { fields?: unknown } | null)?.fields;
    value = fields instanceof Map ? fields.get(name) : undefined;
  }
  return value;
}
