import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { ConfigError } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import type { RuleNode } from '@weft/sdk';
import { checkDocument, type FindRule } from '../governance/check-document.ts';
import type { ExtensionCatalog } from './catalog.ts';
import { type CompileNotes, configError } from './extension-config.ts';

/** A document of rules that the configuration brings. */
export interface RuleDocumentSource {
  readonly dataId: string;
  readonly version: number;
  readonly text: string;
}

/** Finds the code of a rule type among the extensions. */
export function ruleFinder(catalog: ExtensionCatalog): FindRule {
  return async (type) => {
    for (const name of catalog.names('governance-rule')) {
      const rule = await catalog.load('governance-rule', name);
      if (rule.type === type) return rule;
    }
    return null;
  };
}

/** Who a proxy is to its rules. */
export function ruleNode({ mesh, governance }: MosnConfig): RuleNode {
  return {
    app: mesh?.app || governance.app,
    ip: mesh?.discovery.advertise_address || ownAddress(),
    zone: mesh?.zone ?? '',
    dataCenter: mesh?.data_center ?? '',
    cluster: mesh?.cluster ?? '',
    labels: mesh?.labels ?? {},
  };
}

/** The first address of this machine that others can reach. */
function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces()))
    for (const { address, internal, family } of addresses ?? []) if (!internal && family === 'IPv4') return address;
  return '127.0.0.1';
}

/** Reads and checks the documents of the configuration; what is wrong is told in `notes`. */
export async function compileGovernance(
  config: MosnConfig,
  catalog: ExtensionCatalog,
  notes: CompileNotes,
): Promise<RuleDocumentSource[]> {
  const sources: RuleDocumentSource[] = [];
  const find = ruleFinder(catalog);
  const node = ruleNode(config);
  const seen = new Set<string>();
  for (const [index, entry] of config.governance.documents.entries()) {
    const path = `governance.documents[${index}]`;
    const source = await notes.attempt(async () => {
      if (seen.has(entry.data_id)) throw configError(`${path}.data_id`, entry.data_id, 'each name once', 'given twice');
      seen.add(entry.data_id);
      const text = readText(entry, path);
      const checked = await checkDocument(entry.data_id, text, find, node);
      if (checked.kind === 'refused')
        throw new ConfigError(
          checked.problems.map((problem) => ({
            ...problem,
            file: '',
            path:
              problem.path === '' && !problem.message.startsWith('not ')
                ? `${path}.data_id`
                : below(path, entry, problem.path),
          })),
        );
      return { dataId: entry.data_id, version: entry.version, text };
    });
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

type Entry = MosnConfig['governance']['documents'][number];

/** A place within the document, told from the top of the configuration or, in a file of its own, with its name. */
function below(path: string, entry: Entry, place: string): string {
  const top = entry.value === undefined ? `${path}.file(${entry.file})` : `${path}.value`;
  return place === '' ? top : `${top}.${place}`;
}

function readText({ value, file }: Entry, path: string): string {
  if (value !== undefined && file !== '') throw configError(path, undefined, '`value` or `file`', 'both are given');
  if (value !== undefined) return JSON.stringify(value);
  if (file === '') throw configError(path, undefined, '`value` or `file`', 'neither is given');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw configError(`${path}.file`, file, 'a file that can be read', (error as Error).message);
  }
}
