import { ConfigError } from '@weft/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mosnConfigSchema } from '../gen/mosn-config.gen.ts';
import type { JsonSchema, SchemaNode } from '../json-schema.ts';
import { checkMosnConfig } from '../mosn/check.ts';
import type { MosnConfig } from '../mosn/config.ts';
import { parseConfig } from './parse-config.ts';

/** Keys of the real schema, so that a random document goes deep into it; and keys that exist on every object. */
const keys = fc.constantFrom(...namesOf(mosnConfigSchema as SchemaNode), '__proto__', 'constructor', 'toString', '');
const scalar = fc.oneof(
  fc.constantFrom('1s', 'auto', '64KiB', '127.0.0.1:80', 'proxy', 'INFO', '\u0000', '*', '/', '(a+)+$'),
  fc.string({ maxLength: 20 }),
  fc.integer({ min: -5, max: 100_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const notJson = fc.constantFrom(undefined, Number.NaN, 5n, new Date(0), () => 1);
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { maxDepth: 9, depthSize: 'large' },
    { weight: 20, arbitrary: scalar },
    { weight: 1, arbitrary: notJson },
    { weight: 20, arbitrary: fc.array(tie('document'), { maxLength: 3 }) },
    {
      weight: 40,
      arbitrary: fc.array(fc.tuple(keys, tie('document')), { maxLength: 6 }).map((entries) => {
        const object = {};
        // As JSON.parse does: `__proto__` is an own key.
        for (const [key, value] of entries)
          Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
        return object;
      }),
    },
  ),
}));

function namesOf(node: SchemaNode, found = new Set<string>()): string[] {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    found.add(name);
    namesOf(child, found);
  }
  if (node.items !== undefined) namesOf(node.items, found);
  if (typeof node.additionalProperties === 'object') namesOf(node.additionalProperties, found);
  return [...found];
}

/** A document that fits the schema but for a value here and there, so that some are accepted and judged as a whole. */
function fitting(node: SchemaNode): fc.Arbitrary<unknown> {
  const { examples = [], default: preset, properties } = node;
  if (node.type === 'object' && properties !== undefined) {
    const fields = Object.entries(properties).filter(([, child]) => child['x-weft-class'] === undefined);
    const arbitraries = fields.map(([name, child]) => [name, fitting(child)] as const);
    return fc.record(Object.fromEntries(arbitraries), { requiredKeys: [...(node.required ?? [])] });
  }
  if (node.type === 'array' && node.items !== undefined) {
    return fc.array(fitting(node.items), { minLength: node.minItems ?? 0, maxLength: 2 });
  }
  const good = [...(node.enum ?? []), ...examples, ...(preset === undefined ? [] : [preset])];
  if (good.length === 0) good.push(node.type === 'integer' ? (node.maximum ?? 1) : '*');
  return fc.oneof({ weight: 300, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: scalar });
}

function attempt(input: unknown, schema: JsonSchema): unknown {
  try {
    const { value } = parseConfig(input, schema);
    if (schema === mosnConfigSchema) checkMosnConfig(value as MosnConfig);
    return value;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    for (const problem of (error as ConfigError).problems) {
      expect(problem.message).not.toBe('');
      expect(problem.expected).not.toBe('');
    }
    return undefined;
  }
}

test('whatever is read, nothing but ConfigError is thrown, and objects stay as they were', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(document, fitting(mosnConfigSchema as SchemaNode)), (input) => {
      if (attempt(input, mosnConfigSchema) !== undefined) accepted++;
    }),
    { numRuns: 1500, seed: 20_260_101 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  // Otherwise the check of what spans several places was never reached.
  expect(accepted).toBeGreaterThan(50);
});

test('what was parsed is frozen at every depth', () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
  fc.assert(
    fc.property(document, (input) => {
      expect(frozen(attempt({ servers: [{}], weft: {}, metrics: { sinks: [] }, any: input }, mosnConfigSchema))).toBe(
        true,
      );
      expect(frozen(attempt(input, {}))).toBe(true);
    }),
    { numRuns: 300, seed: 20_260_102 },
  );
});
