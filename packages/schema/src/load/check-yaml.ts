/**
 * What the YAML library does not bound. Its own search for equal keys compares each with all others (20 000 keys in
 * one object take seconds), merge keys copy what they name each time, and every value costs about a kilobyte while it
 * is read.
 */
import type { Alias, Document, Node, YAMLMap } from 'yaml';
import { BOUNDS } from '../parse/bounds.ts';
import { quote } from '../parse/path.ts';
import { SyntaxProblem } from './parse-json.ts';

/** Commas and line ends, about one for each value. */
const MAX_SEPARATORS = 500_000;
/** Brackets that are open at one time, those in texts included; the depth itself is checked on what was read. */
const MAX_OPEN_BRACKETS = BOUNDS.depth * 16;
const MERGE_KEY = '<<';

/** @throws SyntaxProblem before anything is read, for a text that would take the parser's memory or stack. */
export function checkYamlText(text: string): void {
  let separators = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2c || code === 0x0a) separators++;
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    else if (code === 0x0a && depth > 0 && text.charCodeAt(index + 1) > 0x20) depth = Math.min(depth, BOUNDS.depth);
    if (depth > MAX_OPEN_BRACKETS) throw problemAt(text, index, 'nested too deeply');
    if (separators > MAX_SEPARATORS) {
      throw problemAt(text, index, `more than ${MAX_SEPARATORS} lines and commas: use JSON for a file of this size`);
    }
  }
}

function problemAt(text: string, index: number, message: string): SyntaxProblem {
  const before = text.slice(0, index);
  return new SyntaxProblem(message, before.split('\n').length, index - before.lastIndexOf('\n'));
}

type Yaml = Pick<typeof import('yaml'), 'isAlias' | 'isMap' | 'isScalar' | 'isSeq'>;

/** Tells the first key that an object has twice, and stops before merge keys would copy more than a document may hold. */
export function checkYamlMaps(document: Document, yaml: Yaml, fail: (message: string, offset: number) => never): void {
  /** Keys of the objects that aliases name, what they merge included. */
  const sizes = new Map<string, number>();
  let copied = 0;

  const visitMap = (map: YAMLMap): number => {
    const seen = new Set<unknown>();
    let size = 0;
    for (const { key, value } of map.items) {
      const name = yaml.isScalar(key) ? key.value : undefined;
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      visit(value);
      if (yaml.isScalar(key) && key.source === MERGE_KEY && key.type === 'PLAIN') {
        const merged = mergedSize(value);
        size += merged;
        copied += merged;
        if (copied > BOUNDS.nodes) fail(`merge keys make more than ${BOUNDS.nodes} values`, offset);
        continue;
      }
      if (seen.has(name)) fail(`the key ${quote(String(name), 64)} is there twice`, offset);
      seen.add(name);
      size++;
    }
    return size;
  };

  const mergedSize = (value: unknown): number => {
    if (yaml.isAlias(value)) return sizes.get((value as Alias).source) ?? 0;
    if (yaml.isSeq(value)) return value.items.reduce<number>((sum, item) => sum + mergedSize(item), 0);
    return yaml.isMap(value) ? value.items.length : 0;
  };

  const visit = (node: unknown): void => {
    let size = 0;
    if (yaml.isMap(node)) size = visitMap(node);
    else if (yaml.isSeq(node)) for (const item of node.items) visit(item);
    // Anchors count from here on: an anchor of the same name hides the one before.
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined && !yaml.isAlias(node)) sizes.set(anchor, size);
  };

  visit(document.contents);
}
