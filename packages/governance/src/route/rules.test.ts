import { createRandom } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { ruleDataId } from '@weft/schema/data-id';
import { parseDocument, routeDocumentSchema } from '@weft/schema/wire';
import { type HostSelector, RuleCounter, RuleDirection, UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, startRules } from '../common/test-rules.ts';
import { compileRoutes } from './compile.ts';
import { checkRouteBody, fromRouteDocument, route, toRouteDocument } from './index.ts';
import { type Labels, reach, type TestHost } from './test-cluster.ts';

const SERVICE = 'com.example.Hello:1.0@DEFAULT';
const bolt = (headers: Labels = {}, more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: SERVICE, method: 'sayHi', headers, ...more });
const equal = (field: string, value: string, type = 'HEADER') => ({ type, field, operation: 'EQUAL', value: [value] });
const group = (weight: number, labels: Labels) => ({
  weight,
  destination: Object.entries(labels).map(([field, value]) => equal(field, value, 'CUSTOM')),
});
const host = (name: string, labels: Labels, healthy = true): TestHost => ({ name, labels, healthy });
const HOSTS = [host('a', { version: 'v1' }), host('b', { version: 'v1' })];
const v1 = group(100, { version: 'v1' });
const v2 = group(100, { version: 'v2' });

interface Options {
  readonly document?: object;
  readonly random?: () => number;
}
const start = (rules: readonly object[], { document = {}, ...options }: Options = {}) => {
  const started = startRules(route, rules, { ...options, document: { dataId: SERVICE, ...document } });
  return {
    ...started,
    ask: (request = bolt()) => started.ask(request, RuleDirection.CLIENT),
    go: (headers: Labels = {}, hosts = HOSTS) => reach(started.ask(bolt(headers), RuleDirection.CLIENT), hosts),
  };
};

describe('two instances of v1, none of v2; header gray=1 → v2, everything → v1', () => {
  const p10 = (more: object) => ({
    id: 1,
    orderNum: 10,
    conditions: [equal('gray', '1')],
    destinations: [v2],
    ...more,
  });
  const rules = (more: object) => [{ id: 2, destinations: [v1] }, p10(more)];
  const split = [group(80, { version: 'v2' }), group(20, { version: 'v1' })];

  test('refused with both switches off', () => {
    const { go } = start(rules({}));
    expect(go({ gray: '1' })).toEqual({ refusedBy: 1 });
    expect(go()).toEqual(['a', 'b']);
  });
  test('v1 with fallback', () => expect(start(rules({ fallback: true })).go({ gray: '1' })).toEqual(['a', 'b']));
  test.each([
    [0.79, { refusedBy: 1 }],
    [0.8, ['a', 'b']],
  ])('80 / 20 without diversion, draw %s', (draw, wanted) => {
    const { go } = start(rules({ destinations: split }), { random: () => draw });
    expect(go({ gray: '1' })).toEqual(wanted);
  });
  test.each([0, 0.79, 0.8, 0.999])('80 / 20 with diversion, draw %s', (draw) => {
    const { go } = start(rules({ destinations: split, faultProtection: true }), { random: () => draw });
    expect(go({ gray: '1' })).toEqual(['a', 'b']);
  });
});

test('90 / 10 of 10 000 requests, with one instance here and nine there', () => {
  const random = createRandom(11);
  const { go } = start([{ id: 1, destinations: [group(90, { v: '1' }), group(10, { v: '2' })] }], {
    random: () => random.next(),
  });
  const hosts = [host('x', { v: '1' }), ...Array.from({ length: 9 }, (_, i) => host(`y${i}`, { v: '2' }))];
  let first = 0;
  for (let i = 0; i < 10_000; i++) if ((go({}, hosts) as readonly string[])[0] === 'x') first++;
  expect(Math.abs(first / 100 - 90)).toBeLessThanOrEqual(1.5);
});

test('larger priorities come first, then smaller ids; a rule that is off does not count', () => {
  const rule = (id: number, orderNum: number, more: object = {}) => ({
    id,
    orderNum,
    destinations: [group(100, { rule: String(id) })],
    ...more,
  });
  const first = (...rules: object[]) => start(rules).go();
  expect(first(rule(1, 5), rule(2, 10))).toEqual({ refusedBy: 2 });
  expect(first(rule(1, 5), rule(2, 10, { enabled: false }))).toEqual({ refusedBy: 1 });
  expect(first(rule(4, 0), rule(3, 0), rule(5, -1))).toEqual({ refusedBy: 3 });
});

test('labels are ANDed, an instance may be in several groups, a group without labels is everybody', () => {
  const hosts = [host('a', { zone: 'A', version: 'v2' }), host('b', { zone: 'A' }), host('c', { version: 'v2' })];
  const to = (labels: Labels) => start([{ id: 1, destinations: [group(100, labels)] }]).go({}, hosts);
  expect(to({ zone: 'A', version: 'v2' })).toEqual(['a']);
  expect(to({ zone: 'A' })).toEqual(['a', 'b']);
  expect(to({ version: 'v2' })).toEqual(['a', 'c']);
  expect(to({})).toEqual(['a', 'b', 'c']);
  expect(to({ 'com.alipay.sofa.label.zone': 'A' })).toEqual(['a', 'b']);
});

test('an unhealthy group is empty; the end of the chain is everybody, and a failure where it is strict', () => {
  const hosts = [host('a', { version: 'v1' }), host('b', { version: 'v2' }, false)];
  const rule = (more: object) => start([{ id: 1, destinations: [v2], ...more }]).go({}, hosts);
  expect(rule({})).toEqual({ refusedBy: 1 });
  expect(rule({ fallback: true })).toEqual(['a']);
  expect(rule({ fallback: true, strict: true })).toEqual({ refusedBy: 1 });
});

test('the chosen group, then the others by weight, equal ones as listed; a weight of 0 is never drawn', () => {
  const groups = [group(0, { g: 'a' }), group(20, { g: 'b' }), group(40, { g: 'c' }), group(40, { g: 'd' })];
  const order = (draw: number) => {
    const { ask } = start([{ id: 1, faultProtection: true, destinations: groups }], { random: () => draw });
    const { hosts } = ask().decision;
    return Array.from({ length: hosts.count }, (_, i) => hosts.at(i).labels[0]?.[1]).join('');
  };
  expect([0, 0.1999, 0.2, 0.5999, 0.6, 0.9999].map(order)).toEqual(['bcda', 'bcda', 'cdba', 'cdba', 'dcba', 'dcba']);
});

test('conditions of the caller, methods and paths', () => {
  const { go } = start([{ id: 1, grays: [equal('source.app.name', 'web', 'SYSTEM')], destinations: [v2] }]);
  expect(go()).toEqual(['a', 'b']);
  const methods = start([{ id: 1, methods: ['sayHi', '*'], destinations: [v2], fallback: true }]);
  expect(methods.ask().decision.hosts.count).toBe(1);
  const other = start([{ id: 1, methods: ['other'], destinations: [v2] }]);
  expect(other.go()).toEqual(['a', 'b']);
  const http = startRules(route, [{ id: 1, methods: ['GET /reviews/*'], destinations: [v2] }], {
    document: { dataId: 'reviews.bookinfo:9080@Http1' },
  });
  const get = (path: string) =>
    http.ask(
      describedRequest({ protocol: 'Http1', host: 'reviews.bookinfo:9080', method: 'GET', path }),
      RuleDirection.CLIENT,
    ).decision.hosts.count;
  expect([get('/reviews/7'), get('/other')]).toEqual([1, 0]);
});

test('a document without the name of its service has it in its own name', () => {
  const { value } = parseConfig({ rules: [{ id: 1, destinations: [v1] }] }, routeDocumentSchema);
  const dataId = ruleDataId('ROUTE', 'details.bookinfo:9080@Http1');
  const { program, problems } = compileRoutes([{ dataId, version: 1, value }], UNKNOWN_NODE);
  expect(problems).toEqual([]);
  expect(program.entries[0]?.service).toBe('details.bookinfo:9080@Http1');
});

test('what comes in, and other services, are left alone', () => {
  const { set, ask } = start([{ id: 1, destinations: [v2] }]);
  expect(set.isEmpty(RuleDirection.SERVER)).toBe(true);
  expect(set.isEmpty(RuleDirection.CLIENT)).toBe(false);
  const request = ask(bolt({}, { service: 'x.Y:1.0@DEFAULT' }));
  expect([request.verdict, request.decision.held]).toEqual([PASS, 0]);
});

test('counts where requests went, by rule and by group', () => {
  const { go, slots } = start(
    [
      { id: 1, orderNum: 1, conditions: [equal('gray', '1')], fallback: true, destinations: [v2] },
      { id: 2, destinations: [v1] },
    ],
    {},
  );
  for (let i = 0; i < 3; i++) go({ gray: '1' });
  go();
  go({}, []);
  const count = (counter: RuleCounter) => slots.map(({ counters, row }) => counters[row + counter]);
  // A slot of a rule, then those of its groups.
  expect(count(RuleCounter.PASS)).toEqual([0, 0, 4, 4]);
  expect(count(RuleCounter.REJECT)).toEqual([0, 0, 1, 0]);
  const { value } = parseConfig({ dataId: SERVICE, rules: [{ id: 9, destinations: [v1] }] }, routeDocumentSchema);
  const compiled = compileRoutes([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  expect(compiled.slots.map(({ series }) => series)).toEqual([
    undefined,
    { name: 'weft_route_group_total', labels: { rule: '9', service: SERVICE, group: 'version=v1' } },
  ]);
});

test('logs what was looked at, how it ended and where it went, when somebody reads it', () => {
  const { go, lines, showDetail } = start([
    { id: 1, orderNum: 1, conditions: [equal('gray', '1')], fallback: true, destinations: [v2] },
    {
      id: 2,
      orderNum: 0,
      conditions: [equal('other', '')],
      faultProtection: true,
      destinations: [group(100, { a: 'b' }), group(0, { version: 'v1' })],
    },
  ]);
  go();
  expect(lines).toEqual([]);
  showDetail();
  const statusOf = (headers: Labels, hosts = HOSTS) => {
    lines.length = 0;
    go(headers, hosts);
    return lines.find((line) => line.includes('hit the service'))?.at(-1);
  };
  expect(statusOf({ gray: '1', sofaTraceId: 't1' })).toBe('3');
  expect(lines).toEqual([
    `routerule.log [DEBUG] [,t1][cloud][router]get router rule,serviceId:${SERVICE},ok:true,rule:{true true [{1 true false [{HEADER gray EQUAL [1]}] [{100 version=v2}]} {2 false true [{HEADER other EQUAL []}] [{100 a=b} {0 version=v1}]}]}`,
    'routerule.log [DEBUG] [,t1][cloud][router] hit the service gov router handler,status:3',
    'default.log [DEBUG] [,t1] [Router][loadBalance][GovernLoadBalance], originHosts = []',
    `default.log [DEBUG] [,t1] [Router][loadBalance][GovernLoadBalance], service = ${SERVICE}`,
    'default.log [DEBUG] [,t1] clusterSnapshot.loadbalancer.ChooseHost result is 10.0.0.1:80, cluster name = ',
    `routerecord.log [INFO] {"traceId":"t1","service":"${SERVICE}","rule":2,"group":"version=v1","host":"10.0.0.1:80","status":3}`,
  ]);
  expect(statusOf({})).toBe('2');
  expect(statusOf({}, [host('x', { a: 'b' })])).toBe('0');
  expect(statusOf({}, [])).toBe('4');
  expect(statusOf({ other: '1' })).toBe('1');
});

test('explains the order of the rules, and what each does', () => {
  const { set } = start([
    { id: 3, destinations: [v1] },
    { id: 2, orderNum: 1, fallback: true, destinations: [group(90, { version: 'v1' }), group(10, {})] },
    { id: 1, orderNum: -1, destinations: [v1] },
    { id: 4, orderNum: 9, conditions: [equal('gray', '1')], destinations: [v2] },
  ]);
  expect(
    set.explain(RuleDirection.CLIENT, bolt()).map(({ ruleDbId, verdict, detail }) => [ruleDbId, verdict, detail]),
  ).toEqual([
    [4, 'not_matched', 'its conditions do not hold'],
    [2, 'pass', '90 % to version=v1, 10 % to *; without an instance: the next rule, else any instance'],
    [3, 'pass', 'when rule 2 has no instance: 100 % to version=v1; without an instance: refused'],
    [1, 'skipped', 'rule 3 comes first and leaves nothing to others'],
  ]);
});

test.each<[string, object[], unknown[]]>([
  ['a group', [{ id: 1, destinations: [v1] }], ['version=v1 100']],
  ['none where there is no instance', [{ id: 1, fallback: true, destinations: [v2] }], []],
  [
    'several groups by their shares, each where its instances are',
    [{ id: 1, destinations: [group(30, { version: 'v1' }), group(70, {})] }],
    ['version=v1 30', '* 70'],
  ],
  [
    'what another group takes over',
    [{ id: 1, faultProtection: true, destinations: [group(30, { version: 'v2' }), group(70, { version: 'v1' })] }],
    ['version=v1 100'],
  ],
  [
    'what is left to the next rule',
    [
      {
        id: 1,
        orderNum: 2,
        fallback: true,
        destinations: [group(40, { version: 'v2' }), group(60, { version: 'v1' })],
      },
      { id: 2, destinations: [group(50, {}), group(50, { version: 'v2' })] },
    ],
    ['version=v1 60', '* 20'],
  ],
  ['nothing of a rule that is not for it', [{ id: 1, conditions: [equal('gray', '1')], destinations: [v1] }], []],
])('explains which groups get requests: %s', (_, rules, expected) => {
  const has = ({ labels }: HostSelector): boolean =>
    HOSTS.some((item) => labels.every(([name, value]) => item.labels[name] === value));
  const groups = start(rules)
    .set.explain(RuleDirection.CLIENT, bolt(), undefined, has)
    .flatMap((trace) => trace.groups ?? []);
  expect(groups.map(({ text, percent }) => `${text} ${percent}`)).toEqual(expected);
});

describe('explains what would be refused where it is known which instances there are', () => {
  const explained = (rules: readonly object[], hosts = HOSTS) => {
    const has = ({ labels }: HostSelector): boolean =>
      hosts.some((item) => labels.every(([name, value]) => item.labels[name] === value));
    return start(rules)
      .set.explain(RuleDirection.CLIENT, bolt(), undefined, has)
      .map(({ ruleDbId, verdict, detail }) => [ruleDbId, verdict, detail]);
  };
  const halves = [group(30, { version: 'v2' }), group(70, { version: 'v1' })];

  test.each<[string, object[], unknown[]]>([
    ['no instance of the only group', [{ id: 1, destinations: [v2] }], [1, 'reject', 'no instance has version=v2']],
    ['a part', [{ id: 1, destinations: halves }], [1, 'reject', '30 % of such requests: no instance has version=v2']],
    ['another rule behind it', [{ id: 1, fallback: true, destinations: [v2] }], [1, 'pass', expect.any(String)]],
    [
      'a strict rule that leaves it to nobody',
      [{ id: 1, fallback: true, strict: true, destinations: [v2] }],
      [1, 'reject', 'no instance has version=v2'],
    ],
    [
      'diversion to a group that has one',
      [{ id: 1, faultProtection: true, destinations: halves }],
      [1, 'pass', expect.any(String)],
    ],
    ['an instance', [{ id: 1, destinations: [v1] }], [1, 'pass', expect.any(String)]],
  ])('%s', (_, rules, expected) => expect(explained(rules)).toEqual([expected]));

  test('names the rule that ends the search, with what those before it wanted; one with an instance saves them', () => {
    const first = { id: 1, orderNum: 2, fallback: true, strict: true, destinations: [v2] };
    const v3 = group(100, { version: 'v3' });
    expect(explained([first, { id: 2, destinations: [v3] }]).map(([id, verdict]) => [id, verdict])).toEqual([
      [1, 'pass'],
      [2, 'reject'],
    ]);
    expect(explained([first, { id: 2, destinations: [v3] }])[1]?.[2]).toBe('no instance has version=v2 or version=v3');
    expect(explained([first, { id: 2, destinations: [v1] }]).map(([, verdict]) => verdict)).toEqual(['pass', 'pass']);
  });
});

const base = { id: 1, destinations: [v1] };
const D = 'rules[0].destinations';
test.each<[string, object, string, string | undefined, RegExp]>([
  [
    'weights that do not sum to 100',
    { ...base, destinations: [group(60, { a: '1' }), group(30, { a: '2' })] },
    D,
    '60 + 30 = 90',
    /100/,
  ],
  ['one weight that is not 100', { ...base, destinations: [group(60, {})] }, D, '60', /100/],
  ['a weight above 100', { ...base, destinations: [{ weight: 101 }] }, `${D}[0].weight`, '101', /100/],
  ['no group', { ...base, destinations: [] }, D, 'an empty list', /1 to 16/],
  ['groups that are an object', { ...base, destinations: {} }, D, 'an empty object', /list/],
  ['too many groups', { ...base, destinations: Array.from({ length: 17 }, () => v1) }, D, 'a list of 17', /16/],
  [
    'labels that are not equal',
    { ...base, destinations: [{ weight: 100, destination: [{ field: 'a', operation: 'IN', value: ['1', '2'] }] }] },
    `${D}[0].destination[0].operation`,
    'IN with 2 values',
    /EQUAL/,
  ],
  [
    'a label with two values',
    { ...base, destinations: [{ weight: 100, destination: [equal('a', '1'), equal('a', '2')] }] },
    `${D}[0].destination[1].value`,
    '"2"',
    /once/,
  ],
  ['no id', { destinations: [v1] }, 'rules[0].id', undefined, /number/],
  ['a priority that is none', { ...base, orderNum: 1.5 }, 'rules[0].orderNum', '1.5', /whole/],
  ['a switch that is a text', { ...base, fallback: 'on' }, 'rules[0].fallback', '"on"', /true or false/],
  [
    'an unknown operation',
    { ...base, conditions: [{ field: 'a', operation: 'FOO', value: ['1'] }] },
    'rules[0].conditions[0].operation',
    '"FOO"',
    /EQUAL/,
  ],
  [
    'an unknown system field',
    { ...base, conditions: [equal('moon', '', 'SYSTEM')] },
    'rules[0].conditions[0].field',
    '"moon"',
    /source/,
  ],
  [
    'an unknown field of callers',
    { ...base, grays: [equal('moon', '', 'SYSTEM')], conditions: [] },
    'rules[0].grays[0].field',
    '"moon"',
    /source/,
  ],
  [
    'a broken expression',
    { ...base, conditions: [{ type: 'HEADER', field: 'a', operation: 'REGEX', value: ['('] }] },
    'rules[0].conditions[0].value[0]',
    '"("',
    /regular/,
  ],
  ['a share above 100', { ...base, scope: { percent: 101 } }, 'rules[0].scope.percent', '101', /100/],
])('%s is refused with place, value and expectation', (_name, rule, path, value, expected) => {
  const text = JSON.stringify({ dataId: SERVICE, rules: [rule] });
  const parsed = parseDocument('d', text, routeDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileRoutes([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

test.each([
  ['the id of another rule', { dataId: SERVICE, rules: [base, base] }, 'rules[1].id'],
  ['no service', { rules: [base] }, 'dataId'],
  ['a service that is none', { dataId: 'x', rules: [base] }, 'dataId'],
])('a document with %s is refused', (_name, document, path) => {
  const { value } = parseConfig(document, routeDocumentSchema);
  const { problems } = compileRoutes([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  expect(problems.map((problem) => problem.path)).toEqual([path]);
});

describe('bodies', () => {
  const BODY = {
    name: 'n',
    app: 'a',
    services: [SERVICE],
    spec: { destinations: [{ weight: 100, labels: { v: '1' } }] },
  };
  test.each<[string, object, string]>([
    ['another direction', { direction: 'SERVER' }, 'direction'],
    ['another mode', { mode: 'OBSERVE' }, 'mode'],
    ['every service', { services: ['*'] }, 'services[0]'],
    ['a service that is none', { services: [SERVICE, 'x'] }, 'services[1]'],
    ['a path that is no expression', { methods: ['a', '~('] }, 'methods[1]'],
    ['a condition', { conditions: [equal('moon', 'a', 'SYSTEM')] }, 'conditions[0].field'],
    ['weights', { spec: { destinations: [{ weight: 60 }, { weight: 30 }] } }, 'spec.destinations'],
    ['no destination', { spec: { destinations: [] } }, 'spec.destinations'],
    ['an unknown key', { spec: { ...BODY.spec, weight: 1 } }, 'spec.weight'],
  ])('with %s are refused at their own place', (_name, more, path) => {
    const checked = checkRouteBody({ ...BODY, ...more });
    expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
  });

  test('survive the way through the document', () => {
    const rules = [
      { ...BODY, enabled: true, conditions: [equal('u', 'v')], description: 'd' },
      {
        ...BODY,
        methods: ['a', 'b'],
        spec: {
          priority: -3,
          destinations: [{ weight: 90, labels: { v: '1', zone: 'A' } }, { weight: 10 }],
          fallback: true,
          faultProtection: true,
          strict: true,
        },
      },
    ].map((input, index) => {
      const checked = checkRouteBody(input);
      if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
      return { ruleDbId: index + 1, body: checked.body };
    });
    const text = JSON.stringify(toRouteDocument(SERVICE, rules));
    expect(fromRouteDocument(parseConfig(JSON.parse(text), routeDocumentSchema).value)).toEqual(rules);
  });
});

// ── against a search through all rules ──────────────────────────────────────────────────────────────────────────────

interface Wild {
  readonly priority: number;
  readonly user: string | null;
  readonly groups: readonly { readonly weight: number; readonly labels: Labels }[];
  readonly fallback: boolean;
  readonly faultProtection: boolean;
  readonly strict: boolean;
  readonly enabled: boolean;
}

const label = fc.dictionary(fc.constantFrom('v', 'z'), fc.constantFrom('1', '2', '3'), { maxKeys: 2 });
const weights = fc.constantFrom([100], [90, 10], [0, 100], [50, 30, 20], [34, 33, 33]);
const wild: fc.Arbitrary<Wild> = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  user: fc.option(fc.constantFrom('x', 'y')),
  groups: weights.chain((of) =>
    fc.tuple(...of.map((weight) => label.map((labels) => ({ weight, labels })))).map((groups) => groups),
  ),
  fallback: fc.boolean(),
  faultProtection: fc.boolean(),
  strict: fc.boolean(),
  enabled: fc.boolean(),
});

/** The algorithm as it is written down, step by step, over hosts instead of selectors. */
function search(rules: readonly (Wild & { id: number })[], user: string, hosts: readonly TestHost[], draw: number) {
  const healthy = hosts.filter((item) => item.healthy);
  const carry = (labels: Labels) =>
    healthy.filter((item) => Object.entries(labels).every(([name, value]) => item.labels[name] === value));
  let strictBy = 0;
  for (const rule of [...rules].sort((a, b) => b.priority - a.priority || a.id - b.id)) {
    if (!rule.enabled || (rule.user !== null && rule.user !== user)) continue;
    let below = 0;
    const chosen = rule.groups.find(({ weight }) => {
      below += weight;
      return draw * 100 < below;
    });
    const others = rule.groups.filter((item) => item !== chosen);
    others.sort((a, b) => b.weight - a.weight);
    for (const item of [chosen, ...(rule.faultProtection ? others : [])]) {
      const found = carry(item?.labels ?? {});
      if (found.length > 0) return found.map(({ name }) => name);
    }
    if (!rule.fallback) return { refusedBy: rule.id };
    if (rule.strict && strictBy === 0) strictBy = rule.id;
  }
  return strictBy === 0 ? healthy.map(({ name }) => name) : { refusedBy: strictBy };
}

test('agrees with a search through all rules', () => {
  const hosts = fc.array(fc.record({ labels: label, healthy: fc.boolean() }), { maxLength: 6 });
  const draw = fc.integer({ min: 0, max: 99 }).map((percent) => (percent + 0.5) / 100);
  const calls = fc.array(fc.record({ user: fc.constantFrom('', 'x', 'y'), draw }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(wild, { maxLength: 20 }), hosts, calls, (wilds, labelled, asked) => {
      const rules = wilds.map((item, index) => ({ ...item, id: index + 1 }));
      const wire = rules.map(({ priority, user, groups, ...rule }) => ({
        ...rule,
        orderNum: priority,
        conditions: user === null ? [] : [equal('user', user)],
        destinations: groups.map(({ weight, labels }) => group(weight, labels)),
      }));
      let now = 0;
      const { go } = start(wire, { random: () => now });
      const all = labelled.map(({ labels, healthy }, index) => host(`h${index}`, labels, healthy));
      for (const { user, draw: drawn } of asked) {
        now = drawn;
        expect(go(user === '' ? {} : { user }, all)).toEqual(search(rules, user, all, drawn));
      }
    }),
    { seed: 5, numRuns: 400 },
  );
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
test.each(exampleFiles(folder))('example %s is accepted, and lets pass', (file) => {
  playExample(new URL(file, folder), route, checkRouteBody, (_app, rules) =>
    toRouteDocument(rules[0]?.body.services[0] ?? '', rules),
  );
});
