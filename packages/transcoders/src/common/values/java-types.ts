/** A declared Java type, compiled. */
export type JavaType =
  /** `java.lang.Object`, a wildcard: nothing is known. */
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly primitive: boolean }
  /** One that is written as text or number and known by its class: `java.util.Date`, `java.math.BigDecimal` … */
  | { readonly kind: 'special'; readonly name: SpecialName }
  /** `type` is what Hessian writes before the items. */
  | { readonly kind: 'array'; readonly type: string; readonly of: JavaType }
  /** `type` is '' for what Hessian reads into an ArrayList. */
  | { readonly kind: 'collection'; readonly type: string; readonly of: JavaType }
  /** `type` is '' for what Hessian reads into a HashMap. */
  | { readonly kind: 'map'; readonly type: string; readonly key: JavaType; readonly value: JavaType }
  | { readonly kind: 'class'; readonly name: string };

export type ScalarName =
  | 'boolean'
  | 'byte'
  | 'short'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'char'
  | 'string'
  | 'void';

const SPECIAL = [
  'byte[]',
  'java.math.BigDecimal',
  'java.math.BigInteger',
  'java.util.Date',
  'java.util.UUID',
  'java.sql.Timestamp',
  'java.sql.Date',
  'java.sql.Time',
  'java.time.Instant',
  'java.time.LocalDate',
  'java.time.LocalTime',
  'java.time.LocalDateTime',
] as const;
export type SpecialName = (typeof SPECIAL)[number];

export const ANY: JavaType = { kind: 'any' };

const PRIMITIVES: Readonly<Record<string, ScalarName>> = {
  boolean: 'boolean',
  byte: 'byte',
  short: 'short',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  char: 'char',
  void: 'void',
};
const BOXED: Readonly<Record<string, ScalarName>> = {
  'java.lang.Boolean': 'boolean',
  'java.lang.Byte': 'byte',
  'java.lang.Short': 'short',
  'java.lang.Integer': 'int',
  'java.lang.Long': 'long',
  'java.lang.Float': 'float',
  'java.lang.Double': 'double',
  'java.lang.Character': 'char',
  'java.lang.String': 'string',
  'java.lang.CharSequence': 'string',
  'java.lang.Void': 'void',
  String: 'string',
};
const LETTERS: Readonly<Record<string, string>> = {
  Z: 'boolean',
  B: 'byte',
  S: 'short',
  I: 'int',
  J: 'long',
  F: 'float',
  D: 'double',
  C: 'char',
  V: 'void',
};
const LETTER_OF: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(LETTERS).map(([letter, name]) => [name, letter]),
);
/** Which of them are lists: a list is written without a type, and becomes an ArrayList. */
const LISTS = new Set(['java.util.List', 'java.util.ArrayList', 'java.util.Collection', 'java.lang.Iterable']);
/** What stands in for the interfaces and for Java's own immutable collections. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  'java.util.Set': 'java.util.HashSet',
  'java.util.SortedSet': 'java.util.TreeSet',
  'java.util.NavigableSet': 'java.util.TreeSet',
  'java.util.Queue': 'java.util.LinkedList',
  'java.util.Deque': 'java.util.LinkedList',
  'java.util.HashSet': 'java.util.HashSet',
  'java.util.LinkedHashSet': 'java.util.LinkedHashSet',
  'java.util.TreeSet': 'java.util.TreeSet',
  'java.util.LinkedList': 'java.util.LinkedList',
  'java.util.ArrayDeque': 'java.util.ArrayDeque',
  'java.util.Vector': 'java.util.Vector',
  'java.util.concurrent.CopyOnWriteArrayList': 'java.util.concurrent.CopyOnWriteArrayList',
};
const MAPS: Readonly<Record<string, string>> = {
  'java.util.Map': '',
  'java.util.HashMap': '',
  'java.util.SortedMap': 'java.util.TreeMap',
  'java.util.NavigableMap': 'java.util.TreeMap',
  'java.util.TreeMap': 'java.util.TreeMap',
  'java.util.LinkedHashMap': 'java.util.LinkedHashMap',
  'java.util.Hashtable': 'java.util.Hashtable',
  'java.util.Properties': 'java.util.Properties',
  'java.util.concurrent.ConcurrentMap': 'java.util.concurrent.ConcurrentHashMap',
  'java.util.concurrent.ConcurrentHashMap': 'java.util.concurrent.ConcurrentHashMap',
};
/** As the libraries of Hessian name the types of arrays. */
const ARRAY_NAMES: Readonly<Record<string, string>> = {
  'java.lang.String': 'string',
  'java.lang.Object': 'object',
  'java.util.Date': 'date',
};
const NAME = /[\w$.]+/y;
const MAX_NESTING = 16;

/**
 * Compiles a type as Java writes it: `int`, `java.util.List<com.x.User>`, `com.x.User[]`; a descriptor such as `[I` or
 * `Ljava/lang/String;` is taken as well, and so is what `Class.getName` gives for arrays, `[Ljava.lang.String;`.
 * @throws RangeError with the type and what is wrong with it
 */
export function parseJavaType(text: string): JavaType {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') || /^L.*;$/.test(trimmed)) {
    const [name, ...more] = parseDescriptors(trimmed.replaceAll('.', '/'));
    if (name === undefined || more.length > 0) throw new RangeError(`'${text}' is not one Java type`);
    return parseJavaType(name);
  }
  return new TypeParser(trimmed).whole();
}

/**
 * The types of a descriptor of parameters, `Ljava/lang/String;[I`, as Java writes them: `java.lang.String`, `int[]`.
 * @throws RangeError when it is none
 */
export function parseDescriptors(text: string): string[] {
  const names: string[] = [];
  let arrays = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '[') {
      arrays++;
      continue;
    }
    let name = LETTERS[letter];
    if (letter === 'L') {
      const end = text.indexOf(';', at);
      name = end < 0 ? undefined : text.slice(at + 1, end).replaceAll('/', '.');
      at = end;
    }
    if (name === undefined || name === '') throw new RangeError(`'${text}' does not describe Java types`);
    names.push(name + '[]'.repeat(arrays));
    arrays = 0;
  }
  if (arrays > 0) throw new RangeError(`'${text}' does not describe Java types`);
  return names;
}

/** The descriptor of a type as Java writes it; type arguments are dropped. */
export function descriptorOf(name: string): string {
  let plain = erasureOf(name);
  let arrays = '';
  for (; plain.endsWith('[]'); plain = plain.slice(0, -2)) arrays += '[';
  return arrays + (LETTER_OF[plain] ?? `L${plain.replaceAll('.', '/')};`);
}

/** `java.util.List` of `java.util.List<com.x.User>`. */
export function erasureOf(name: string): string {
  let depth = 0;
  let plain = '';
  for (const letter of name.replaceAll(/\s/g, '')) {
    if (letter === '<') depth++;
    else if (letter === '>') depth--;
    else if (depth === 0) plain += letter;
  }
  return plain === 'String' ? 'java.lang.String' : plain;
}

class TypeParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JavaType {
    const type = this.#type();
    if (this.#at < this.#text.length) this.#fail('nothing more expected');
    return type;
  }

  #type(): JavaType {
    if (++this.#depth > MAX_NESTING) this.#fail(`at most ${MAX_NESTING} types within types expected`);
    this.#space();
    let name: string;
    let type: JavaType;
    if (this.#text[this.#at] === '?') {
      this.#at++;
      this.#space();
      const bound = /(extends|super)\s/y;
      bound.lastIndex = this.#at;
      const found = bound.exec(this.#text);
      if (found !== null) this.#at = bound.lastIndex;
      name = 'java.lang.Object';
      const bounding = found === null ? ANY : this.#type();
      type = found?.[1] === 'extends' ? bounding : ANY;
    } else {
      name = this.#name();
      type = typeOf(name, this.#arguments());
    }
    for (this.#space(); this.#text.startsWith('[]', this.#at); this.#space()) {
      this.#at += 2;
      if (name === 'byte') type = { kind: 'special', name: 'byte[]' };
      // Hessian writes these as a string.
      else if (name === 'char') type = { kind: 'scalar', name: 'string', primitive: false };
      else type = arrayOf(name, type);
      name += '[]';
    }
    this.#depth--;
    return type;
  }

  #arguments(): JavaType[] {
    const types: JavaType[] = [];
    this.#space();
    if (this.#text[this.#at] !== '<') return types;
    do {
      this.#at++;
      types.push(this.#type());
      this.#space();
    } while (this.#text[this.#at] === ',');
    if (this.#text[this.#at++] !== '>') this.#fail('> expected');
    return types;
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) this.#fail('the name of a type expected');
    this.#at += name.length;
    return name;
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #fail(problem: string): never {
    throw new RangeError(`'${this.#text}' is not a Java type: ${problem} at character ${this.#at}`);
  }
}

function typeOf(name: string, inner: readonly JavaType[]): JavaType {
  const primitive = PRIMITIVES[name];
  if (primitive !== undefined) return { kind: 'scalar', name: primitive, primitive: true };
  const boxed = BOXED[name];
  if (boxed !== undefined) return { kind: 'scalar', name: boxed, primitive: false };
  if ((SPECIAL as readonly string[]).includes(name)) return { kind: 'special', name: name as SpecialName };
  if (name === 'java.lang.Object' || name === 'java.io.Serializable') return ANY;
  if (LISTS.has(name)) return { kind: 'collection', type: '', of: inner[0] ?? ANY };
  const collection = COLLECTIONS[name];
  if (collection !== undefined) return { kind: 'collection', type: collection, of: inner[0] ?? ANY };
  const map = MAPS[name];
  if (map !== undefined) return { kind: 'map', type: map, key: inner[0] ?? ANY, value: inner[1] ?? ANY };
  return { kind: 'class', name };
}

function arrayOf(name: string, of: JavaType): JavaType {
  const inner = of.kind === 'array' ? of.type : name === 'byte[]' ? '[byte' : (ARRAY_NAMES[name] ?? name);
  return { kind: 'array', type: `[${inner === 'String' ? 'string' : inner}`, of };
}
