import { ConfigError } from '@weft/kit';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { authRuleBodySchema } from '../gen/auth-rule-body.gen.ts';
import { downgradeRuleBodySchema } from '../gen/downgrade-rule-body.gen.ts';
import { faultRuleBodySchema } from '../gen/fault-rule-body.gen.ts';
import { flowControlDocumentSchema } from '../gen/flow-control-document.gen.ts';
import { fuseRuleBodySchema } from '../gen/fuse-rule-body.gen.ts';
import { hijackRuleBodySchema } from '../gen/hijack-rule-body.gen.ts';
import { isolateRuleBodySchema } from '../gen/isolate-rule-body.gen.ts';
import { limitRuleBodySchema } from '../gen/limit-rule-body.gen.ts';
import { mappingRuleBodySchema } from '../gen/mapping-rule-body.gen.ts';
import { mirrorRuleBodySchema } from '../gen/mirror-rule-body.gen.ts';
import type { SchemaNode } from '../json-schema.ts';
import { parseConfig } from '../parse/parse-config.ts';
import { SYSTEM_FIELD_LABELS } from '../words/index.ts';
import { Condition, LimitRuleBody, SYSTEM_FIELDS } from './index.ts';

/** As the management API documents it. */
const BODY = {
  name: 'echo-qps',
  app: 'sofa-echo-server',
  direction: 'SERVER',
  services: ['com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT'],
  methods: ['echo'],
  mode: 'CONTROL',
  enabled: false,
  conditions: [{ type: 'HEADER', field: 'user', operation: 'IN', value: ['a', 'b'] }],
  spec: { thresholdType: 'invokeTimes', threshold: 100, timeMs: 1000, maxBurstRatio: 1 },
} as const;

function* nodesOf(node: SchemaNode, path: string): Generator<readonly [path: string, node: SchemaNode]> {
  yield [path, node];
  for (const [name, child] of Object.entries(node.properties ?? {})) yield* nodesOf(child, `${path}.${name}`);
  if (node.items?.type === 'object') yield* nodesOf(node.items, `${path}[]`);
}

/** Every type of rules, with how many fields and numbers its body has at least. */
const BODIES = [
  ['rate limiting', limitRuleBodySchema, 25, 6],
  ['circuit breaking', fuseRuleBodySchema, 30, 8],
  ['fault injection', faultRuleBodySchema, 22, 4],
  ['authorization', authRuleBodySchema, 22, 2],
  ['degradation', downgradeRuleBodySchema, 22, 2],
  ['hijacked apps', hijackRuleBodySchema, 20, 4],
  ['isolation', isolateRuleBodySchema, 26, 8],
  ['mirroring', mirrorRuleBodySchema, 28, 5],
  ['mappings', mappingRuleBodySchema, 32, 1],
] as const;

describe.each(BODIES)('the form of %s', (_name, schema, fieldCount, numberCount) => {
  const fields = [...nodesOf(schema as SchemaNode, '')].slice(1).filter(([path]) => !path.endsWith('[]'));

  test('each field has a title and a description in both languages, and an example or inner fields', () => {
    expect(fields.length).toBeGreaterThan(fieldCount);
    for (const [path, node] of fields) {
      const zh = node['x-weft-form']?.zh;
      expect([path, node.title, node.description]).toEqual([
        path,
        expect.stringMatching(/./),
        expect.stringMatching(/\.$/),
      ]);
      expect([path, zh?.title, zh?.description]).toEqual([
        path,
        expect.stringMatching(/./),
        expect.stringMatching(/。$/),
      ]);
      if (node.properties === undefined && node.items?.properties === undefined && node.default === undefined)
        expect([path, node.examples?.length ?? 0]).toEqual([path, expect.toSatisfy((count: number) => count > 0)]);
    }
  });

  test('each number has a range and a unit', () => {
    const numbers = fields.filter(([, node]) => node.type === 'integer' || node.type === 'number');
    expect(numbers.length).toBeGreaterThanOrEqual(numberCount);
    for (const [path, node] of numbers) {
      expect([path, typeof node.minimum, typeof node.maximum]).toEqual([path, 'number', 'number']);
      if (path !== '.spec.reject.status') expect([path, node['x-weft-unit']]).toEqual([path, expect.any(String)]);
    }
  });

  test('each choice has a label in both languages', () => {
    for (const [path, node] of [...fields, ...nodesOf(Condition as SchemaNode, 'condition')]) {
      for (const value of node.enum ?? [])
        expect([path, value, node['x-weft-form']?.values]).toMatchObject([path, value, { [String(value)]: {} }]);
    }
    expect(Object.keys(SYSTEM_FIELD_LABELS)).toEqual(SYSTEM_FIELDS);
  });
});

describe('the rate-limit rule', () => {
  test('a body is completed with defaults, which the schema itself accepts', () => {
    const { value } = parseConfig(BODY, limitRuleBodySchema);
    expect(value.scope.percent).toBe(100);
    expect(value.spec).toMatchObject({ zoneSpec: [], reject: { status: 0, message: '' } });
    expect(Check(LimitRuleBody, { ...value, spec: { ...value.spec, reject: { status: 429, message: '' } } })).toBe(
      true,
    );
    expect(Check(LimitRuleBody, { ...value, direction: 'UP' })).toBe(false);
  });

  test.each(['REJECT', 'intercept', 'Control'])('mode %s is CONTROL', (mode) => {
    expect(parseConfig({ ...BODY, mode }, limitRuleBodySchema).value.mode).toBe('CONTROL');
  });
  test.each(['OBSERVER', 'Monitor', 'PASS', 'none'])('mode %s is OBSERVE', (mode) => {
    expect(parseConfig({ ...BODY, mode }, limitRuleBodySchema).value.mode).toBe('OBSERVE');
  });
  test('kinds of conditions have their other spellings', () => {
    const conditions = [{ type: 'header_info', field: 'u', operation: 'equal', value: ['a'] }];
    expect(parseConfig({ ...BODY, conditions }, limitRuleBodySchema).value.conditions[0]).toMatchObject({
      type: 'HEADER',
      operation: 'EQUAL',
    });
  });

  test('an unknown key is refused, with the key that was meant', () => {
    expect(() => parseConfig({ ...BODY, spec: { treshold: 1, threshold: 1 } }, limitRuleBodySchema)).toThrow(
      /spec\.treshold.*threshold/s,
    );
  });
});

describe('the wire document', () => {
  /** As the log of a running installation prints a rule. */
  const RULE = JSON.parse(
    '{"id":0,"ruleDbId":341,"Resource":null,"thresholdType":"invokeTimes","threshold":1,"timeMs":10000,"mode":"CONTROL","maxBurstRatio":1,"httpPath":"","httpMethod":"","zoneSpec":null}',
  ) as object;

  test('the rule of the log is accepted and completed', () => {
    const { value } = parseConfig({ appName: 'a', enabled: true, flowControlRules: [RULE] }, flowControlDocumentSchema);
    expect(value.flowControlRules[0]).toMatchObject({ ruleDbId: 341, methods: ['*'], services: [], enabled: true });
  });

  test('unknown fields are kept, unknown values of known fields are refused with their place', () => {
    const { value, warnings } = parseConfig(
      { later: 1, flowControlRules: [{ ...RULE, later: { x: 1 } }] },
      flowControlDocumentSchema,
    );
    expect(warnings).toEqual([]);
    expect(value).toMatchObject({ later: 1, flowControlRules: [{ later: { x: 1 } }] });
    expect(() => parseConfig({ flowControlRules: [{ ...RULE, mode: 'FOO' }] }, flowControlDocumentSchema)).toThrow(
      ConfigError,
    );
    expect(() => parseConfig({ flowControlRules: [{ ...RULE, mode: 'FOO' }] }, flowControlDocumentSchema)).toThrow(
      /flowControlRules\[0\]\.mode/,
    );
  });
});
