import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaNode } from '@weft/schema';
import type { ReadSchema } from './generate.ts';

/** Where the configuration of each kind of extension stands, by the folder that its schemas are in. */
const KINDS = [
  {
    folder: 'packages/filters/src/network/',
    kind: 'network-filter',
    title: 'Network filter',
    place: '`config` of an entry of `filters` in a filter chain whose `type` is the name of the filter.',
  },
  {
    folder: 'packages/filters/src/stream/',
    kind: 'stream-filter',
    title: 'Stream filter',
    place:
      '`config` of an entry of `stream_filters` of a listener whose `type` is the name of the filter; for single virtual hosts and routes, the value under that name in `per_filter_config`.',
  },
  {
    folder: 'packages/protocols/src/',
    kind: 'protocol',
    title: 'Protocol',
    place: 'The value under the name of the protocol in `extend_config` of the network filter `proxy`.',
  },
  {
    folder: 'packages/transcoders/src/',
    kind: 'transcoder',
    title: 'Transcoder',
    place:
      '`config` of the stream filter `transcoder` or of a `rule_info` in it, beside the `type` or `upstream_protocol` that chooses the transcoder.',
  },
  {
    folder: 'packages/load-balancers/src/',
    kind: 'load-balancer',
    title: 'Load balancer',
    place: '`lbconfig` of a cluster whose `lb_type` is the name of the load balancer.',
  },
  {
    folder: 'packages/health-checkers/src/',
    kind: 'health-checker',
    title: 'Health check',
    place: '`check_config` in `health_check` of a cluster, where `protocol` is the name of the check.',
  },
] as const;

export type ExtensionKind = (typeof KINDS)[number]['kind'];

/** An extension with a configuration of its own. */
export interface DescribedExtension {
  readonly kind: ExtensionKind;
  /** Such as `Stream filter`. */
  readonly title: string;
  /** As configurations spell them; several where extensions share their schema. */
  readonly names: readonly string[];
  /** Where its configuration stands, a sentence. */
  readonly place: string;
  readonly source: string;
  readonly node: SchemaNode;
}

/** The extensions that have a schema, by kind and name; names are those of the definitions in the `index.ts` beside it. */
export async function describeExtensions(root: string, schemas: readonly ReadSchema[]): Promise<DescribedExtension[]> {
  const extensions: DescribedExtension[] = [];
  for (const { folder, kind, title, place } of KINDS) {
    const ofKind: DescribedExtension[] = [];
    for (const { target, node } of schemas) {
      if (!target.source.startsWith(folder)) continue;
      const index = path.join(root, path.dirname(target.source), 'index.ts');
      const module = (await import(pathToFileURL(index).href)) as Readonly<Record<string, unknown>>;
      const names = Object.values(module)
        .filter(isDefinition)
        .map((definition) => definition.name)
        // A bundler keeps the order of the source, the runtime that of the alphabet.
        .sort();
      if (names.length === 0) throw new Error(`${target.source}: the index.ts beside it exports no definition`);
      ofKind.push({ kind, title, place, names, source: target.source, node });
    }
    ofKind.sort((a, b) => ((a.names[0] as string) < (b.names[0] as string) ? -1 : 1));
    extensions.push(...ofKind);
  }
  return extensions;
}

function isDefinition(value: unknown): value is { readonly name: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
