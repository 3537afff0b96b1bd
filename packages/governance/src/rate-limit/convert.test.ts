import { readdirSync, readFileSync } from 'node:fs';
import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema, type LimitRuleBody, limitRuleBodySchema } from '@weft/schema/wire';
import { RuleDirection, UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describedRequest, type RequestDescription, simulateRules } from '../common/index.ts';
import { checkLimitBody, fromLimitDocument, previewLimit, rateLimit, toLimitDocument } from './index.ts';

const bodyOf = (more: object): LimitRuleBody =>
  parseConfig(
    { name: 'n', app: 'a', direction: 'SERVER', services: ['*'], spec: { threshold: 1 }, ...more },
    limitRuleBodySchema,
  ).value;
const throughWire = (app: string, rules: { ruleDbId: number; body: LimitRuleBody }[]) =>
  fromLimitDocument(
    parseConfig(JSON.parse(JSON.stringify(toLimitDocument(app, rules))), flowControlDocumentSchema).value,
  );

describe('a rule and its wire form', () => {
  test.each<[string, object]>([
    ['of RPC methods', { methods: ['a', 'b'] }],
    ['of HTTP methods', { methods: ['GET /a', '/b/*', '~^/c$', 'POST *'] }],
    ['of both, in their order', { methods: ['GET /a', 'x', 'y', '/b'] }],
    [
      'with everything',
      {
        direction: 'CLIENT',
        mode: 'OBSERVE',
        enabled: true,
        services: ['I:1.0@DEFAULT', 'a.b:80@Http1'],
        conditions: [{ type: 'HEADER', field: 'u', operation: 'IN', value: ['a', 'b'] }],
        scope: { zones: ['z'], percent: 10, labels: { a: 'b' } },
        description: 'why',
        spec: {
          thresholdType: 'concurrency',
          threshold: 5,
          zoneSpec: [{ zone: 'z', threshold: 2 }],
          reject: { status: 503, message: 'later' },
        },
      },
    ],
  ])('%s come back the same', (_name, more) => {
    const rules = [{ ruleDbId: 3, body: bodyOf(more) }];
    expect(throughWire('a', rules)).toEqual(rules);
  });

  test('whatever the methods, they come back the same', () => {
    const entry = fc.oneof(
      fc.constantFrom('*', 'echo', 'GET /a', '/b/*', '~^/x', 'PUT ~y', 'GET *'),
      fc.stringMatching(/^[a-zA-Z]{1,8}$/),
    );
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (methods, ruleDbId) => {
          const rules = [{ ruleDbId, body: bodyOf({ methods }) }];
          expect(throughWire('a', rules)).toEqual(rules);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  test('the log form of a rule keeps its order of keys and its nulls', () => {
    const [wire] = (
      toLimitDocument('a', [{ ruleDbId: 341, body: bodyOf({ spec: { threshold: 1, timeMs: 10_000 } }) }]) as {
        flowControlRules: object[];
      }
    ).flowControlRules;
    expect(JSON.stringify(wire)).toMatch(
      /^\{"id":0,"ruleDbId":341,"Resource":null,"thresholdType":"invokeTimes","threshold":1,"timeMs":10000,"mode":"CONTROL","maxBurstRatio":1,"httpPath":"","httpMethod":"","zoneSpec":null,/,
    );
  });

  test('the path of an entry is an expression on the wire', () => {
    const wire = toLimitDocument('a', [{ ruleDbId: 1, body: bodyOf({ methods: ['GET /a.b/*'] }) }]) as {
      flowControlRules: object[];
    };
    expect(wire.flowControlRules[0]).toMatchObject({
      httpMethod: 'GET',
      httpPath: '^/a\\.b/',
      methods: ['GET /a.b/*'],
    });
  });
});

test.each([
  [
    { thresholdType: 'invokeTimes', threshold: 1, timeMs: 10_000, maxBurstRatio: 1 },
    { ratePerSecond: 0.1, burst: 1, total: 0.3 },
  ],
  [
    { thresholdType: 'invokeTimes', threshold: 100, timeMs: 1000, maxBurstRatio: 2 },
    { ratePerSecond: 100, burst: 200, total: 300 },
  ],
  [
    { thresholdType: 'invokeTimes', threshold: 0, timeMs: 1000, maxBurstRatio: 1 },
    { ratePerSecond: 0, burst: 0, total: 0 },
  ],
  [
    { thresholdType: 'concurrency', threshold: 7, timeMs: 1000, maxBurstRatio: 1 },
    { ratePerSecond: null, burst: 7, total: 21 },
  ],
] as const)('what %o comes to on three instances', (spec, preview) => {
  const { total, ...rest } = previewLimit(spec, 3);
  expect(rest).toEqual({ ratePerSecond: preview.ratePerSecond, burst: preview.burst });
  expect(total).toBeCloseTo(preview.total);
});

describe('examples', () => {
  const folder = new URL('./examples/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  test('there are some', () => {
    expect(files.length).toBeGreaterThanOrEqual(4);
  });

  test.each(files)('%s does what it says', (file) => {
    const { rule, node, requests } = parse(readFileSync(new URL(file, folder), 'utf8')) as {
      rule: object;
      node?: object;
      requests: (RequestDescription & { expect: string; times?: number })[];
    };
    const checked = checkLimitBody({ enabled: true, ...rule });
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    const document = parseConfig(
      JSON.parse(JSON.stringify(toLimitDocument(checked.body.app, [{ ruleDbId: 1, body: checked.body }]))),
      flowControlDocumentSchema,
    ).value;
    const all = requests.flatMap(({ times = 1, ...request }) => Array.from({ length: times }, () => request));
    const results = simulateRules(
      rateLimit,
      [{ dataId: file, version: 1, value: document }],
      { ...UNKNOWN_NODE, ...node },
      checked.body.direction,
      all,
    );
    expect(results.map(({ rejected }) => (rejected ? 'reject' : 'pass'))).toEqual(all.map((request) => request.expect));
    expect(describedRequest(all[0] as RequestDescription).nowMs).toBeGreaterThanOrEqual(0);
    expect(RuleDirection[checked.body.direction]).toBeTypeOf('number');
  });
});
