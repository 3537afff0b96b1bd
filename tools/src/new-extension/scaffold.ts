import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { insertEntry } from './extension-list.ts';
import type { ExtensionKind } from './kinds.ts';
import { camelCase, KINDS, pascalCase } from './kinds.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));
const EXTENSION_LIST = 'apps/proxy/src/extensions.ts';

/** Words that name a folder of its own kind. */
const RESERVED = new Set(['common', 'index', 'testing', 'testdata', 'gen', 'listener', 'network', 'stream']);

export interface Scaffold {
  /** Folder of the extension, relative to the root. */
  readonly folder: string;
  /** Paths written, relative to the root; the list of extensions is the last. */
  readonly written: readonly string[];
}

/**
 * Writes the folder of a new extension and its line in the list of extensions.
 *
 * @param name kebab-case, such as `weighted-random`
 * @throws when the name is not usable or the folder is there already; nothing is written then
 */
export function scaffold(root: string, kind: ExtensionKind, name: string): Scaffold {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`${name} is not kebab-case, such as weighted-random`);
  if (RESERVED.has(name)) throw new Error(`${name} has a meaning of its own; choose another name`);
  const place = KINDS[kind];
  const folder = `${place.parent}/${name}`;
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already`);

  const configName = place.configName(name);
  const words: Readonly<Record<string, string>> = {
    kebab: name,
    camel: camelCase(name),
    pascal: pascalCase(name),
    configName,
  };
  const module = `${place.packageName}/${place.subpath}${name}`;
  const load = `async () => (await import('${module}')).${words['camel']}`;
  const entry = `{ kind: '${kind}', name: '${configName}', load: ${load} }`;
  const list = insertEntry(readFileSync(join(root, EXTENSION_LIST), 'utf8'), kind, configName, entry);

  mkdirSync(join(root, folder), { recursive: true });
  const written: string[] = [];
  for (const template of readdirSync(join(TEMPLATES, kind)).sort()) {
    const path = `${folder}/${template.replace(/\.txt$/, '')}`;
    writeFileSync(join(root, path), fill(readFileSync(join(TEMPLATES, kind, template), 'utf8'), words));
    written.push(path);
  }
  writeFileSync(join(root, EXTENSION_LIST), list);
  return { folder, written: [...written, EXTENSION_LIST] };
}

function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`a template asks for {{${word}}}`);
    return value;
  });
}
