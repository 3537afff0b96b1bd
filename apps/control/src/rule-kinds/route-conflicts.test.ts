import { messageText } from '@weft/api';
import type { RouteRuleBody } from '@weft/schema/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routeRuleKind } from './route.ts';
import { hiddenRoute, routeConflicts } from './route-conflicts.ts';

const HEADER = { type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] };

function bodyOf(change: object = {}, spec: object = {}): RouteRuleBody {
  const checked = routeRuleKind.check({
    name: 'r',
    app: 'a',
    direction: 'CLIENT',
    services: ['s@Http1'],
    enabled: true,
    ...change,
    spec: { destinations: [{ weight: 100, labels: { version: 'v1' } }], fallback: false, ...spec },
  });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  return checked.body as RouteRuleBody;
}
const saidOf = (first: RouteRuleBody, later: RouteRuleBody): string => {
  const said = hiddenRoute({ ruleDbId: 7, body: later }, [{ ruleDbId: 3, body: first }]);
  return said === null ? '' : messageText(said);
};

test.each([
  ['the same', {}, {}],
  ['fewer conditions', {}, { conditions: [HEADER] }],
  [
    'one of several values',
    { conditions: [{ ...HEADER, operation: 'IN', value: ['ann', 'bob'] }] },
    { conditions: [HEADER] },
  ],
  ['a value that an expression takes', { methods: ['/a/*'] }, { methods: ['/a/b'] }],
  [
    'a value that is not the excepted one',
    { conditions: [{ ...HEADER, operation: 'NOT_EQUAL', value: ['bob'] }] },
    { conditions: [HEADER] },
  ],
  ['every method', {}, { methods: ['GET /a'] }],
  ['more services', { services: ['s@Http1', 't@Http1'] }, {}],
  ['another app: rules are those of the service', { app: 'b' }, {}],
  ['all instances', {}, { scope: { percent: 10 } }],
])('an earlier rule hides a later one: %s', (_title, first, later) => {
  expect(saidOf(bodyOf(first), bodyOf(later))).toMatch(/^never asked while rule 3 r is on/);
});

test.each([
  ['more conditions', { conditions: [HEADER] }, {}],
  ['another value', { conditions: [HEADER] }, { conditions: [{ ...HEADER, value: ['bob'] }] }],
  ['another field', { conditions: [HEADER] }, { conditions: [{ ...HEADER, field: 'group' }] }],
  ['one of the methods', { methods: ['/a'] }, { methods: ['/a', '/b'] }],
  ['one of the services', {}, { services: ['s@Http1', 't@Http1'] }],
  ['a part of the instances', { scope: { percent: 50 } }, {}],
  [
    'a network in place of addresses',
    {
      conditions: [{ type: 'SYSTEM', field: 'source.ip', operation: 'NOT_IN', value: ['10.0.0.1'] }],
    },
    { conditions: [{ type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['10.0.0.0/8'] }] },
  ],
])('nothing is said where the earlier rule leaves requests: %s', (_title, first, later) => {
  expect(saidOf(bodyOf(first), bodyOf(later))).toBe('');
});

test('one that leaves requests to others when it has no instance is told so', () => {
  expect(saidOf(bodyOf({}, { fallback: true }), bodyOf())).toMatch(/^asked only while rule 3 r has no instance/);
  const both = [
    { ruleDbId: 1, body: bodyOf({}, { fallback: true }) },
    { ruleDbId: 2, body: bodyOf() },
  ];
  expect(hiddenRoute({ ruleDbId: 7, body: bodyOf() }, both)).toMatchObject({ params: { rule: 2 } });
});

test('the larger priority comes first, then the smaller number', () => {
  expect(saidOf(bodyOf(), bodyOf({}, { priority: 1 }))).toBe('');
  expect(saidOf(bodyOf({}, { priority: 1 }), bodyOf())).not.toBe('');
  expect(hiddenRoute({ ruleDbId: 3, body: bodyOf() }, [{ ruleDbId: 7, body: bodyOf() }])).toBeNull();
});

test('one that takes the requests of others says so: from now on they are never asked, or only in its absence', () => {
  const toldOf = (rule: RouteRuleBody, ...others: RouteRuleBody[]): string[] =>
    routeConflicts(
      { ruleDbId: Number.POSITIVE_INFINITY, body: rule },
      others.map((body, index) => ({ ruleDbId: index + 1, body })),
    ).map((said) => messageText(said));
  const first = bodyOf({}, { priority: 5 });
  expect(toldOf(first, bodyOf())).toEqual([expect.stringMatching(/^rule 1 r is never asked while this one is on: /)]);
  expect(toldOf(bodyOf({}, { priority: 5, fallback: true }), bodyOf())).toEqual([
    expect.stringMatching(/^rule 1 r is asked only while this one has no instance: /),
  ]);
  expect(toldOf(bodyOf({ conditions: [HEADER] }, { priority: 5 }), bodyOf())).toEqual([]);
  expect(toldOf(first, ...new Array<RouteRuleBody>(5).fill(bodyOf()))).toHaveLength(3);
  // What is hidden itself says who hides it, and no more.
  expect(toldOf(first, bodyOf({}, { priority: 9 }), bodyOf())).toEqual([
    expect.stringMatching(/^never asked while rule 1 r is on/),
  ]);
  // What is asked in the absence of another still comes before the third.
  expect(toldOf(first, bodyOf({}, { priority: 9, fallback: true }), bodyOf())).toEqual([
    expect.stringMatching(/^asked only while rule 1 r has no instance/),
    expect.stringMatching(/^rule 2 r is never asked while this one is on/),
  ]);
});

const value = fc.constantFrom('ann', 'bob', 'cid');
const condition = fc.oneof(
  fc.record({
    type: fc.constant('HEADER'),
    field: fc.constantFrom('user', 'group'),
    operation: fc.constantFrom('EQUAL', 'NOT_EQUAL'),
    value: fc.tuple(value),
  }),
  fc.record({
    type: fc.constant('HEADER'),
    field: fc.constant('user'),
    operation: fc.constantFrom('IN', 'NOT_IN'),
    value: fc.uniqueArray(value, { minLength: 1, maxLength: 2 }),
  }),
  fc.constant({ type: 'HEADER', field: 'user', operation: 'REGEX', value: ['^[ab]'] }),
);
const routes = fc
  .tuple(
    fc.record({
      conditions: fc.array(condition, { maxLength: 2 }),
      methods: fc.constantFrom(['*'], ['GET'], ['/a'], ['/a*'], ['GET /a']),
    }),
    fc.integer({ min: 0, max: 1 }),
  )
  .map(([change, priority]) => bodyOf(change, { priority }));
const call = fc.record({
  user: fc.constantFrom('', 'ann', 'bob', 'cid'),
  group: fc.constantFrom('', 'ann', 'bob'),
  httpMethod: fc.constantFrom('GET', 'POST'),
  httpPath: fc.constantFrom('/a', '/ab', '/c'),
});

test('proxies ask no rule that is said to be hidden, whatever comes', () => {
  let hidden = 0;
  fc.assert(
    fc.property(
      fc.array(routes, { minLength: 2, maxLength: 4 }),
      fc.array(call, { minLength: 8, maxLength: 8 }),
      (bodies, calls) => {
        const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body: { ...body, name: `r${index}` } }));
        const told = rules.filter(
          (rule) =>
            hiddenRoute(
              rule,
              rules.filter((other) => other !== rule),
            ) !== null,
        );
        hidden += told.length;
        if (told.length === 0) return;
        for (const { user, group, ...asked } of calls) {
          const [answer] = routeRuleKind.simulate(rules, {
            ...asked,
            direction: 'CLIENT',
            app: 'a',
            zone: '',
            service: 's@Http1',
            method: '',
            headers: { user, group },
            sourceApp: '',
            sourceIp: '',
            requests: 1,
          });
          const acting = (answer?.rules ?? []).filter(({ matched, verdict }) => matched && verdict === 'pass');
          expect(acting.filter(({ ruleDbId }) => told.some((rule) => rule.ruleDbId === ruleDbId))).toEqual([]);
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  expect(hidden).toBeGreaterThan(50);
});
