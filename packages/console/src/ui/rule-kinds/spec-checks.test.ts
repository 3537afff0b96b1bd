import { describe, expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { type FieldSchema, type FormObject, validate, withDefaults } from '../schema-form/index.ts';
import { KINDS, kindOf, type RuleKind } from './rule-kind.ts';
import { effectWarnings, hitsEveryCall, rangesOf } from './spec-checks.ts';

const t = translator('en');
const NBSP = '\u00a0';
const fieldAt = (schema: FieldSchema, pointer: string): FieldSchema | undefined =>
  pointer
    .split('/')
    .slice(1)
    .reduce<FieldSchema | undefined>((here, key) => here?.properties?.[key], schema);

/** What the form says of each value of a `spec`, beside what else it misses. */
function said(segment: string, spec: FormObject): Readonly<Record<string, string>> {
  const { schema } = kindOf(segment) as RuleKind;
  const rule = withDefaults(schema, { spec }) as FormObject;
  const found = [...validate(schema, rule, t, rangesOf(segment, rule))];
  return Object.fromEntries(
    found.flatMap(([at, text]) => (at.startsWith('/spec/') && !text.startsWith('This ') ? [[at, text]] : [])),
  );
}

describe('bounds are said as the proxies judge by them', () => {
  const share = `Must be above 0, at most 100${NBSP}%.`;
  const ms = `Must be between 1 and 3600000${NBSP}ms.`;
  const status = 'Must be 0, or between 400 and 599.';
  test.each<[string, FormObject, Readonly<Record<string, string>>]>([
    ['fuse', { triggerType: 'errorRatio', threshold: 150 }, { threshold: `${share} Example: 50` }],
    ['fuse', { triggerType: 'errorRatio', threshold: 5_000_000 }, { threshold: `${share} Example: 50` }],
    ['fuse', { triggerType: 'errorRatio', threshold: -1 }, { threshold: `${share} Example: 50` }],
    ['fuse', { triggerType: 'errorRatio', threshold: 100 }, {}],
    [
      'fuse',
      { triggerType: 'errorRatio', thresholdUnit: 'ratio', threshold: 1.5 },
      { threshold: 'Must be above 0, at most 1.' },
    ],
    ['fuse', { triggerType: 'avgRt', threshold: 150 }, {}],
    ['fuse', { triggerType: 'avgRt', threshold: 0.5 }, { threshold: `${ms} Example: 50` }],
    [
      'fuse',
      {
        threshold: 5,
        zoneSpec: [
          { zone: 'a', threshold: 5 },
          { zone: 'b', threshold: 101 },
        ],
      },
      { 'zoneSpec/1/threshold': `${share} Example: 50` },
    ],
    [
      'isolate',
      { timeWindow: 1, leastExceptionRate: 0 },
      {
        timeWindow: `Must be above 1, at most 60${NBSP}s. Example: 10`,
        leastExceptionRate: `${share} Example: 20`,
      },
    ],
    [
      'isolate',
      { timeWindow: -5, leastExceptionRate: 20 },
      { timeWindow: `Must be above 1, at most 60${NBSP}s. Example: 10` },
    ],
    ['isolate', { timeWindow: 1.1, leastExceptionRate: 0.1 }, {}],
    ['downgrade', { status: 100 }, { status: `${status} Example: 503` }],
    ['downgrade', { status: 600 }, { status: `${status} Example: 503` }],
    ['downgrade', { status: 0 }, {}],
    ['downgrade', { action: 'MOCK', status: 100 }, {}],
    ['fault-inject', { ruleType: 'DELAY', fixedDelay: 0 }, { fixedDelay: `${ms} Example: 500` }],
    ['fault-inject', { ruleType: 'ABORT', fixedDelay: 0 }, {}],
    ['limit', { threshold: 0 }, {}],
    ...(['limit', 'fuse', 'auth', 'hijack'] as const).map(
      (segment): [string, FormObject, Readonly<Record<string, string>>] => [
        segment,
        { threshold: 5, reject: { status: 200 } },
        { 'reject/status': `${status} Example: 429` },
      ],
    ),
  ])('%s %j', (segment, spec, wanted) =>
    expect(said(segment, spec)).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([at, text]) => [`/spec/${at}`, text])),
    ),
  );

  test('each is of a number that its schema has, and no wider', () => {
    const found = KINDS.flatMap(({ segment, schema }) =>
      [...rangesOf(segment, {})].flatMap(([pointer, { from, to, orZero }]) => {
        const field = fieldAt(schema, pointer);
        if (field === undefined) return [];
        expect({ pointer, least: field.minimum, most: field.maximum }).toSatisfy(
          ({ least, most }) => least <= (orZero === true ? 0 : from) && to <= most,
        );
        return [`${segment}${pointer}`];
      }),
    );
    expect(found.sort()).toEqual([
      'auth/spec/reject/status',
      'downgrade/spec/status',
      'fault-inject/spec/fixedDelay',
      'fuse/spec/reject/status',
      'fuse/spec/threshold',
      'hijack/spec/reject/status',
      'isolate/spec/leastExceptionRate',
      'isolate/spec/timeWindow',
      'limit/spec/reject/status',
    ]);
  });

  test('in Chinese the sign stands at its number', () => {
    const rule = { spec: { threshold: 0 } };
    const { schema } = kindOf('fuse') as RuleKind;
    const text = validate(schema, rule, translator('zh'), rangesOf('fuse', rule)).get('/spec/threshold');
    expect(text).toBe('须大于 0，且不超过 100%。示例：50');
  });
});

describe('values with which a rule does nothing, or refuses everything', () => {
  test.each([
    ['route', { destinations: [{ weight: 100, labels: {} }] }, ['/spec/destinations']],
    ['route', { destinations: [{ weight: 100, labels: { version: 'v1' } }] }, []],
    ['route', { destinations: [] }, []],
    ['isolate', { maxIpCount: 0, maxIpRatio: 0.5 }, ['/spec/maxIpCount']],
    ['isolate', { maxIpCount: 1, maxIpRatio: 0.5 }, []],
    ['hijack', { maxRequests: 0 }, ['/spec/maxRequests']],
    ['limit', { threshold: 0 }, ['/spec/threshold']],
    ['limit', { threshold: 1 }, []],
  ])('%s %j', (segment, spec, wanted) => expect([...effectWarnings(segment, { spec }, t).keys()]).toEqual(wanted));
});

test.each([
  ['fault-inject', {}, true],
  ['fault-inject', { mode: 'CONTROL', spec: { faultPercent: 100 } }, true],
  ['fault-inject', { mode: 'CONTROL', spec: { faultPercent: 99.9 } }, false],
  ['fault-inject', { mode: 'OBSERVE', spec: { faultPercent: 100 } }, false],
  ['limit', { mode: 'CONTROL', spec: {} }, false],
])('a rule of %s with %j hits every call: %j', (segment, rule, wanted) =>
  expect(hitsEveryCall(segment, rule)).toBe(wanted),
);
