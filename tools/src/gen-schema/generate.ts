import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One schema: where it is written, and the plain data that a running process imports. */
export interface SchemaTarget {
  readonly source: string;
  readonly target: string;
  readonly name: string;
  /** Module that the type of the constant comes from. */
  readonly typeFrom: string;
  readonly typeText: string;
}

const EXTENSION_PACKAGES = ['protocols', 'filters', 'load-balancers', 'health-checkers'];

/** Every schema of the tree, relative to `root`. */
export function findTargets(root: string): SchemaTarget[] {
  const targets: SchemaTarget[] = [
    {
      source: 'packages/schema/src/mosn/config.ts',
      target: 'packages/schema/src/gen/mosn-config.gen.ts',
      name: 'mosnConfigSchema',
      typeFrom:
        "import type { JsonSchema } from '../json-schema.ts';\nimport type { MosnConfig } from '../mosn/config.ts';",
      typeText: 'JsonSchema<MosnConfig>',
    },
  ];
  for (const name of EXTENSION_PACKAGES) {
    const folder = path.join('packages', name, 'src');
    for (const entry of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (path.basename(entry) !== 'schema.ts') continue;
      const source = path.join(folder, entry);
      targets.push({
        source,
        target: source.replace(/schema\.ts$/, 'schema.gen.ts'),
        name: 'schema',
        typeFrom: "import type { JsonSchema } from '@weft/sdk';",
        typeText: 'JsonSchema',
      });
    }
  }
  return targets.sort((a, b) => a.source.localeCompare(b.source));
}

/** The text of a generated module. */
export async function renderTarget(root: string, target: SchemaTarget): Promise<string> {
  const module = (await import(pathToFileURL(path.join(root, target.source)).href)) as { schema?: unknown };
  if (module.schema === undefined) throw new Error(`${target.source} exports no \`schema\``);
  const data = relaxRequired(JSON.parse(JSON.stringify(module.schema)));
  return `// Generated from ${path.basename(target.source)} by \`npm run docs\`; do not edit.\n${target.typeFrom}\n\nexport const ${target.name}: ${target.typeText} = ${JSON.stringify(data, null, 2)};\n`;
}

/** A field with a default is always there in the parsed form, but nobody has to write it. */
function relaxRequired(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relaxRequired);
  if (typeof node !== 'object' || node === null) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node))
    result[key] = key === 'default' || key === 'examples' ? value : relaxRequired(value);
  const { properties, required } = result as {
    properties?: Record<string, { default?: unknown }>;
    required?: string[];
  };
  if (properties !== undefined && Array.isArray(required)) {
    const kept = required.filter((name) => properties[name]?.default === undefined);
    if (kept.length === 0) delete result['required'];
    else result['required'] = kept;
  }
  return result;
}
