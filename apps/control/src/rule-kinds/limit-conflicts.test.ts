import { messageText } from '@weft/api';
import { rateLimit, toLimitDocument } from '@weft/governance/rate-limit';
import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema, type LimitRuleBody } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitRuleKind } from './limit.ts';
import { idleLimits } from './limit-conflicts.ts';

const HEADER = { type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] };

function bodyOf(spec: object = {}, change: object = {}): LimitRuleBody {
  const checked = limitRuleKind.check({
    name: 'n',
    app: 'a',
    services: ['s@Http1'],
    enabled: true,
    ...change,
    spec: { threshold: 5, ...spec },
  });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  return checked.body as LimitRuleBody;
}
const saidOf = (own: LimitRuleBody, other: LimitRuleBody): string[] =>
  idleLimits({ ruleDbId: 7, body: own }, [{ ruleDbId: 3, body: other }]).map((item) => messageText(item));

test('of two limits of the same the lower one comes first, whichever is looked at', () => {
  const high = bodyOf({ threshold: 50, timeMs: 10_000 });
  const low = bodyOf({ threshold: 2 });
  expect(saidOf(high, low)).toEqual([
    'without effect while rule 3 n is on: it is for the same requests, and its limit of 2 in 1000 ms always comes before this one of 50 in 10000 ms',
  ]);
  expect(saidOf(low, high)).toEqual([
    'rule 3 n is without effect while this one is on: it is for the same requests, and its limit of 50 in 10000 ms always comes after this one of 2 in 1000 ms',
  ]);
  const atOnce = bodyOf({ threshold: 9, thresholdType: 'concurrency' });
  expect(saidOf(atOnce, bodyOf({ threshold: 4, thresholdType: 'concurrency' }))[0]).toContain(
    '4 at one moment always comes before',
  );
});

test.each([
  ['conditions of its own', {}, { conditions: [HEADER] }],
  ['another service', {}, { services: ['t@Http1'] }],
  ['another method', {}, { methods: ['GET /a'] }],
  ['the other side', {}, { direction: 'CLIENT' }],
  ['one that watches', {}, { mode: 'OBSERVE' }],
  ['a part of the instances', {}, { scope: { percent: 10 } }],
  ['another app', {}, { app: 'b' }],
  ['a limit of another kind', { thresholdType: 'concurrency' }, {}],
  ['lower in one zone, higher in another', { zoneSpec: [{ zone: 'z1', threshold: 900 }] }, {}],
])('nothing is said beside %s', (_title, spec, change) => {
  const other = bodyOf({ threshold: 2, ...spec }, change);
  expect(saidOf(bodyOf(), other)).toEqual([]);
});

test('a lower limit for every app comes before that of an app, and not the other way round', () => {
  expect(saidOf(bodyOf(), bodyOf({ threshold: 2 }, { app: '*' }))[0]).toMatch(/^without effect/);
  expect(saidOf(bodyOf({}, { app: '*' }), bodyOf({ threshold: 2 }))).toEqual([]);
});

/** Conflicts are between rules that are alike. */
const mostly = <T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const rule = fc
  .record({
    spec: fc.record({
      threshold: fc.integer({ min: 0, max: 4 }),
      timeMs: fc.constantFrom(1000, 2000),
      zoneSpec: fc.constantFrom([], [{ zone: 'z1', threshold: 1 }], [{ zone: 'z1', threshold: 9 }]),
    }),
    app: fc.constantFrom('a', '*'),
    mode: mostly('CONTROL', 'OBSERVE'),
    methods: mostly(['GET /x'], ['*'], ['GET /x', '/y*'], ['GET']),
    services: mostly(['s@Http1'], ['s@Http1', 't@Http1'], ['*']),
    conditions: mostly<readonly object[]>([], [HEADER]),
  })
  .map(({ spec, ...change }) => bodyOf(spec, change));

/** Numbers of the rules that act in a zone, by the code of the proxies. */
function acting(
  rules: readonly { readonly ruleDbId: number; readonly body: LimitRuleBody }[],
  zone: string,
): Set<number> {
  const documents = ['a', '*'].map((app) => {
    const own = rules.filter(({ body }) => body.app === app);
    const value = parseConfig(JSON.parse(JSON.stringify(toLimitDocument(app, own))), flowControlDocumentSchema).value;
    return { dataId: app, version: 1, value };
  });
  const { program } = rateLimit.compile(documents, { ...UNKNOWN_NODE, app: 'a', zone });
  return new Set(program.entries.map(({ ruleDbId }) => ruleDbId));
}

test('what is said is what proxies do: of two rates one is without effect, or both act somewhere', () => {
  let told = 0;
  fc.assert(
    fc.property(rule, rule, (one, other) => {
      const rules = [one, other].map((body, index) => ({ ruleDbId: index + 1, body }));
      const [first, second] = rules as [(typeof rules)[number], (typeof rules)[number]];
      const ids = idleLimits(first, [second]).map(({ id }) => id);
      told += ids.length;
      const zones = ['', 'z1'].map((zone) => acting(rules, zone));
      const never = (ruleDbId: number): boolean => zones.every((own) => !own.has(ruleDbId));
      if (ids.includes('warning.limit-idle')) expect(never(1)).toBe(true);
      else if (ids.includes('warning.limit-first')) expect(never(2)).toBe(true);
      // A rule for every app is without effect in one app, and acts in others.
      else if (one.app === other.app) expect(never(1) || never(2)).toBe(false);
    }),
    { numRuns: 500, seed: 11 },
  );
  expect(told).toBeGreaterThan(100);
});
