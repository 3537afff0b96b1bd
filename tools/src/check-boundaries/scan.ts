import { parseSync, Visitor } from 'oxc-parser';

/** How a module is referred to; only `static` ones are loaded together with the file itself. */
export type ReferenceKind = 'static' | 'dynamic' | 'type' | 'url';

export interface Reference {
  readonly specifier: string;
  readonly kind: ReferenceKind;
  /** 1-based. */
  readonly line: number;
}

export interface ScannedFile {
  readonly references: readonly Reference[];
  /** Globals that give access to the outside or to time: `process`, `setTimeout`, `Date.now`, … with their lines. */
  readonly ambient: readonly { readonly name: string; readonly line: number }[];
  /** String literals, and what stands between the values of templates. */
  readonly texts: readonly { readonly value: string; readonly line: number }[];
  readonly errors: readonly string[];
}

const TIMER_FUNCTIONS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']);
const CLOCK_MEMBERS = new Set(['Date.now', 'performance.now', 'process.hrtime', 'globalThis.process']);

/** Reads one file: every module it refers to, whatever the form, and the ambient access that some layers forbid. */
export function scanSource(path: string, source: string): ScannedFile {
  const { module, program, errors } = parseSync(path, source, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' });
  const lineOf = lineLookup(source);
  const references: Reference[] = [];
  const ambient: { name: string; line: number }[] = [];
  const texts: { value: string; line: number }[] = [];

  for (const entry of module.staticImports) {
    const typeOnly = isTypeStatement(source, entry.start, 'import') || everyIsType(entry.entries);
    references.push({
      specifier: entry.moduleRequest.value,
      kind: typeOnly ? 'type' : 'static',
      line: lineOf(entry.start),
    });
  }
  for (const statement of module.staticExports) {
    const sources = new Map<string, boolean>();
    for (const entry of statement.entries) {
      if (entry.moduleRequest === null) continue;
      const name = entry.moduleRequest.value;
      sources.set(name, (sources.get(name) ?? true) && entry.isType);
    }
    for (const [specifier, typeOnly] of sources) {
      references.push({ specifier, kind: typeOnly ? 'type' : 'static', line: lineOf(statement.start) });
    }
  }
  for (const entry of module.dynamicImports) {
    const specifier = literal(source.slice(entry.moduleRequest.start, entry.moduleRequest.end));
    if (specifier !== null) references.push({ specifier, kind: 'dynamic', line: lineOf(entry.start) });
  }

  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') texts.push({ value: node.value, line: lineOf(node.start) });
    },
    TemplateElement(node) {
      const { cooked, raw } = node.value;
      texts.push({ value: cooked ?? raw, line: lineOf(node.start) });
    },
    TSImportType(node) {
      references.push({ specifier: node.source.value, kind: 'type', line: lineOf(node.start) });
    },
    CallExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      const argument = node.arguments[0];
      if (node.callee.name === 'require' && argument?.type === 'Literal' && typeof argument.value === 'string') {
        references.push({ specifier: argument.value, kind: 'dynamic', line: lineOf(node.start) });
      }
      if (TIMER_FUNCTIONS.has(node.callee.name)) ambient.push({ name: node.callee.name, line: lineOf(node.start) });
    },
    NewExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      if (node.callee.name === 'Date' && node.arguments.length === 0) {
        ambient.push({ name: 'new Date()', line: lineOf(node.start) });
      }
      const [target, base] = node.arguments;
      if (node.callee.name !== 'URL' || target?.type !== 'Literal' || typeof target.value !== 'string') return;
      if (base !== undefined && source.slice(base.start, base.end) === 'import.meta.url') {
        references.push({ specifier: target.value, kind: 'url', line: lineOf(node.start) });
      }
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier') return;
      const name = `${node.object.name}.${source.slice(node.property.start, node.property.end)}`;
      if (node.object.name === 'process') ambient.push({ name: 'process', line: lineOf(node.start) });
      else if (CLOCK_MEMBERS.has(name)) ambient.push({ name, line: lineOf(node.start) });
    },
  }).visit(program);

  return {
    references,
    ambient,
    texts,
    errors: errors.filter((error) => error.severity === 'Error').map((e) => e.message),
  };
}

function everyIsType(entries: readonly { readonly isType: boolean }[]): boolean {
  return entries.length > 0 && entries.every((entry) => entry.isType);
}

function isTypeStatement(source: string, start: number, keyword: string): boolean {
  return source.startsWith(`${keyword} type `, start);
}

function literal(text: string): string | null {
  return /^(['"])[^'"\\]*\1$/.test(text) ? text.slice(1, -1) : null;
}

function lineLookup(source: string): (offset: number) => number {
  const starts: number[] = [];
  for (let index = source.indexOf('\n'); index !== -1; index = source.indexOf('\n', index + 1)) starts.push(index);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
