import type { SchemaNode } from '@weft/schema';
import type { DescribedExtension, ExtensionKind } from './extensions.ts';
import { PLAIN_KEYWORDS } from './judge-schema.ts';
import { shareParts } from './shared-parts.ts';

/** Path of the schema. */
export const EDITOR_SCHEMA = 'packages/schema/gen/weft-config.schema.json';

type Json = Record<string, unknown>;

/** Text forms as an editor can check them; the process has the last word. */
const FORMATS: Readonly<Record<string, Json>> = {
  duration: { anyOf: [{ type: 'string', pattern: '^[-+]?([0-9.]+(ns|us|µs|μs|ms|s|m|h))+$|^0$' }, { const: 0 }] },
  'duration-ns': { type: ['string', 'integer'] },
  bytes: { type: ['string', 'integer'] },
  'auto-count': { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^(auto|[0-9]+)$' }] },
};

/**
 * The JSON schema of a configuration file for editors: completion, descriptions and most of the checks. Editors compare
 * keys with case, and know nothing of zeros that mean "not given": the process accepts a little more.
 */
export function editorSchema(config: SchemaNode, extensions: readonly DescribedExtension[]): string {
  const schema = plain(config);
  const definitions: Json = {};
  const shared = shareParts(extensions.map(({ node }) => node));
  const refer = (node: SchemaNode): Json | null => {
    const name = shared.nameOf(node);
    return name === undefined ? null : { $ref: `#/$defs/${partOf(name)}` };
  };
  for (const { name, node } of shared.parts) definitions[partOf(name)] = plain(node, refer);
  for (const { kind, names, node } of extensions) {
    const [first = '', ...others] = names.map((name) => definitionOf(kind, name));
    definitions[first] = plain(node, refer);
    for (const other of others) definitions[other] = { $ref: `#/$defs/${first}` };
  }
  const namesOf = (kind: ExtensionKind): string[] =>
    extensions.filter((extension) => extension.kind === kind).flatMap((extension) => [...extension.names]);
  const reference = (kind: ExtensionKind, name: string): Json => ({ $ref: `#/$defs/${definitionOf(kind, name)}` });
  const byName = (kind: ExtensionKind): Json =>
    Object.fromEntries(namesOf(kind).map((name) => [name, reference(kind, name)]));
  /** The configuration at `key` is that of the extension that `by` names. */
  const chosen = (kind: ExtensionKind, by: string, key: string): Json[] =>
    namesOf(kind).map((name) => ({
      if: { properties: { [by]: { const: name } }, required: [by] },
      // biome-ignore lint/suspicious/noThenProperty: that is the keyword
      then: { properties: { [key]: reference(kind, name) } },
    }));

  const listener = at(schema, 'servers[].listeners[]');
  at(listener, 'filter_chains[].filters[]')['allOf'] = chosen('network-filter', 'type', 'config');
  at(listener, 'stream_filters[]')['allOf'] = chosen('stream-filter', 'type', 'config');
  const host = at(schema, 'servers[].routers[].virtual_hosts[]');
  for (const owner of [host, at(host, 'routers[]')]) {
    at(owner, 'per_filter_config')['properties'] = byName('stream-filter');
  }
  const cluster = at(schema, 'cluster_manager.clusters[]');
  cluster['allOf'] = chosen('load-balancer', 'lb_type', 'lbconfig');
  at(cluster, 'health_check')['allOf'] = chosen('health-checker', 'protocol', 'check_config');
  const proxy = definitions[definitionOf('network-filter', 'proxy')];
  if (proxy !== undefined) at(proxy as Json, 'extend_config')['properties'] = byName('protocol');
  const transcoder = definitions[definitionOf('stream-filter', 'transcoder')];
  if (transcoder !== undefined)
    for (const owner of [transcoder as Json, at(transcoder as Json, 'rules[].rule_info')])
      owner['allOf'] = chosen('transcoder', 'type', 'config');

  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: 'Generated from the schema.ts files by `npm run docs`; do not edit.',
    title: 'Configuration of a Weft proxy',
  };
  return `${JSON.stringify({ ...head, ...schema, $defs: definitions }, null, 2)}\n`;
}

const partOf = (name: string): string => `part.${name.replace(/Part(\d*)$/, '$1')}`;
const definitionOf = (kind: ExtensionKind, name: string): string => `${kind}.${name}`;

/** A node without Weft's own keywords. `refer` says what stands in the place of a node below it; null: the node itself. */
function plain(node: SchemaNode, refer: (node: SchemaNode) => Json | null = () => null): Json {
  const below = (child: SchemaNode): Json => refer(child) ?? plain(child, refer);
  const result: Json = {};
  for (const keyword of PLAIN_KEYWORDS) if (node[keyword] !== undefined) result[keyword] = node[keyword];
  const format = node['x-weft-format'];
  if (format !== undefined) {
    delete result['minimum'];
    delete result['maximum'];
    Object.assign(result, FORMATS[format]);
  }
  if (node['x-weft-clamp'] === true) delete result['maximum'];
  const hint = node['x-weft-hint'];
  const fieldClass = node['x-weft-class'];
  const note =
    fieldClass === 'ignored' ? ` No effect: ${hint}.` : fieldClass === 'unsupported' ? ` Not supported: ${hint}.` : '';
  result['description'] = `${node.description ?? ''}${note}`;
  if (note !== '') return { description: result['description'], deprecated: true };
  if (node.properties !== undefined) {
    result['properties'] = Object.fromEntries(
      Object.entries(node.properties).map(([name, child]) => [name, below(child)]),
    );
    if (node['x-weft-strict'] === true) result['additionalProperties'] = false;
  }
  if (node.items !== undefined) result['items'] = below(node.items);
  if (typeof node.additionalProperties === 'object') result['additionalProperties'] = below(node.additionalProperties);
  if (node.anyOf !== undefined) result['anyOf'] = node.anyOf.map(below);
  return loosen(result, node);
}

/** Takes what a process takes beside the values that are listed: zeros that mean "not given", and other spellings. */
function loosen(result: Json, node: SchemaNode): Json {
  if (node['x-weft-ignore-case'] === true) {
    // Offered for completion, and not held against another spelling.
    result['examples'] = [...(node.examples ?? []), ...(node.enum ?? [])];
    delete result['enum'];
  }
  const zero = node.type === 'string' ? '' : 0;
  const isHeld = CHECKS.some((keyword) => result[keyword] !== undefined);
  if (node['x-weft-zero-is-default'] !== true || !isHeld) return result;
  const value: Json = {};
  for (const keyword of CHECKS) {
    if (result[keyword] !== undefined) value[keyword] = result[keyword];
    delete result[keyword];
  }
  return { ...result, anyOf: [value, { const: zero }] };
}

/** Keywords that a zero could break. */
const CHECKS = ['enum', 'minimum', 'minLength', 'pattern'] as const;

/** The node at a place such as `servers[].listeners[]`. */
function at(schema: Json, place: string): Json {
  let node = schema;
  for (const step of place.split('.')) {
    const properties = node['properties'] as Json | undefined;
    const child = properties?.[step.replace('[]', '')] as Json | undefined;
    const found = step.endsWith('[]') ? (child?.['items'] as Json | undefined) : child;
    if (found === undefined) throw new Error(`the schema has no ${place}`);
    node = found;
  }
  return node;
}
