import { RuleCounter, RuleDirection } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, REJECT, startRules } from '../common/test-rules.ts';
import { auth, checkAuthBody, toAuthDocument } from './index.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const HOST = 'details.bookinfo:9080';
const REQUESTS: Readonly<Record<string, Partial<RequestDescription> & { protocol: string; id: string }>> = {
  SOFARPC: { protocol: 'bolt', service: ECHO, method: 'echo', id: ECHO },
  Dubbo: { protocol: 'dubbo', service: 'a.B:1.0@dubbo', method: 'echo', id: 'a.B:1.0@dubbo' },
  'Spring Cloud': { protocol: 'Http1', host: 'details', method: 'GET', path: '/', id: 'details@springcloud' },
  gRPC: { protocol: 'grpc', service: 'a.B', method: 'Say', id: 'a.B@grpc' },
};
const bolt = (more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: ECHO, method: 'echo', ...more });
const header = (field: string) => [{ type: 'HEADER', field, operation: 'EQUAL', value: ['1'] }];
const white = (more: object = {}) => ({ ruleDbId: 1, type: 'WHITELIST', conditions: header('w'), ...more });
const black = (more: object = {}) => ({ ruleDbId: 2, type: 'BLACKLIST', conditions: header('b'), ...more });
const list = (rules: readonly object[], more: object = {}) => ({
  service: ECHO,
  whiteListEnabled: true,
  blackListEnabled: true,
  rules,
  ...more,
});

/** Operators look into either log. */
const inBoth = (line: string): string[] => [`rbac.log ${line}`, `default.log ${line}`];

describe.each(Object.keys(REQUESTS))('the truth table for %s', (name) => {
  const { id, ...call } = REQUESTS[name] as (typeof REQUESTS)[string];
  test.each([
    [false, false, true, true, PASS],
    [false, false, false, false, PASS],
    [true, false, true, true, PASS],
    [true, false, false, true, REJECT],
    [false, true, true, true, REJECT],
    [false, true, false, false, PASS],
    [true, true, true, true, REJECT],
    [true, true, true, false, PASS],
    [true, true, false, false, REJECT],
  ])('white %s, black %s, matches white %s, black %s', (w, b, matchesWhite, matchesBlack, verdict) => {
    const entry = list([white(), black()], { service: id, whiteListEnabled: w, blackListEnabled: b });
    const headers = { ...(matchesWhite ? { w: '1' } : {}), ...(matchesBlack ? { b: '1' } : {}) };
    const request = describedRequest({ ...call, headers } as RequestDescription);
    expect(startRules(auth, [entry]).ask(request).verdict).toBe(verdict);
  });
});

test('rules of a list are ORed, conditions within a rule ANDed', () => {
  const both = { ruleDbId: 3, type: 'WHITELIST', conditions: [...header('x'), ...header('y')] };
  const { ask } = startRules(auth, [list([white(), both])]);
  const verdict = (...names: string[]) =>
    ask(bolt({ headers: Object.fromEntries(names.map((name) => [name, '1'])) })).verdict;
  expect([verdict('w'), verdict('x', 'y'), verdict('x'), verdict()]).toEqual([PASS, PASS, REJECT, REJECT]);
});

test('methods, and a condition on the method, limit a rule to them', () => {
  const conditions = [{ type: 'SYSTEM', field: 'destination.method.name', operation: 'IN', value: ['a', 'b'] }];
  const verdicts = (rule: object) => {
    const { ask } = startRules(auth, [list([rule])]);
    return ['a', 'b', 'c'].map((method) => ask(bolt({ method })).verdict);
  };
  expect(verdicts(black({ conditions }))).toEqual([REJECT, REJECT, PASS]);
  expect(verdicts(black({ conditions: [], methods: ['a', 'b'] }))).toEqual([REJECT, REJECT, PASS]);
  const paths = black({ conditions: [], methods: ['GET /x/*', 'POST'] });
  const { ask } = startRules(auth, [list([paths], { service: `${HOST}@Http1` })]);
  const http = (method: string, path: string) =>
    ask(describedRequest({ protocol: 'Http1', host: HOST, method, path })).verdict;
  expect([http('GET', '/x/1'), http('GET', '/y'), http('POST', '/y')]).toEqual([REJECT, PASS, REJECT]);
});

test('a path is the one that applications understand, in the request and in the rule', () => {
  const verdicts = (entry: string, kind: typeof black, paths: readonly string[]) => {
    const { ask } = startRules(auth, [
      list([kind({ conditions: [], methods: [entry] })], { service: `${HOST}@Http1` }),
    ]);
    return paths.map((path) => ask(describedRequest({ protocol: 'Http1', host: HOST, method: 'GET', path })).verdict);
  };
  const same = ['/admin/1', '/%61dmin/1', '//admin//1', '/x/../admin/1', '/./admin/%31?q'];
  for (const entry of ['/admin/*', '/admin/1', '/%61dmin/*', '//admin/./1'])
    expect(verdicts(entry, black, same)).toEqual(same.map(() => REJECT));
  expect(verdicts('/open/*', white, ['/open/1', '/open/../admin', '/open/%2e%2e/admin'])).toEqual([
    PASS,
    REJECT,
    REJECT,
  ]);
  expect(verdicts('/x/.*', black, ['/x/.git', '/x/a'])).toEqual([REJECT, PASS]);
});

test('a service inherits the lists of every service; a rule that is off is none', () => {
  const all = list([black()], { service: '*' });
  const own = list([white({ enabled: false })]);
  const { ask, set } = startRules(auth, [all, own]);
  expect(ask(bolt({ headers: { b: '1' } })).ruleDbId).toBe(2);
  expect(ask(bolt()).verdict).toBe(PASS);
  expect(set.explain(RuleDirection.SERVER, bolt()).map(({ verdict, detail }) => [verdict, detail])).toEqual([
    ['not_matched', 'not on the blacklist'],
    ['skipped', 'the rule is switched off'],
  ]);
});

test('a whitelist without a rule that is on allows, unless it denies by default', () => {
  const off = [white({ enabled: false })];
  expect(startRules(auth, [list(off)]).ask(bolt()).verdict).toBe(PASS);
  const { ask, lines } = startRules(auth, [list(off, { defaultDeny: true })]);
  expect(ask(bolt()).verdict).toBe(REJECT);
  expect(lines[0]).toContain('rule=0 list=WHITELIST');
  expect(startRules(auth, [list(off, { defaultDeny: true, whiteListEnabled: false })]).ask(bolt()).verdict).toBe(PASS);
});

test('watching rules say what they would deny', () => {
  const observing = startRules(auth, [list([black({ mode: 'OBSERVE' }), white({ mode: 'OBSERVE' })])]);
  const caller = { system: { 'source.app.name': 'batch', 'source.ip': '10.0.0.9' } } as const;
  expect(observing.ask(bolt({ ...caller, headers: { b: '1', w: '1' } })).verdict).toBe(PASS);
  expect(observing.ask(bolt(caller)).verdict).toBe(PASS);
  expect(observing.lines).toEqual(
    [
      '[INFO] [rbac] request would be rejected mode=observe would=deny rule=2 list=BLACKLIST source=batch ip=10.0.0.9 identity=asserted',
      '[INFO] [rbac] request would be rejected mode=observe would=deny rule=1 list=WHITELIST source=batch ip=10.0.0.9 identity=asserted',
    ].flatMap(inBoth),
  );
  // One rule of the whitelist that enforces is enough to deny.
  const mixed = startRules(auth, [list([white({ mode: 'OBSERVE' }), white({ ruleDbId: 4 })])]);
  expect(mixed.ask(bolt()).ruleDbId).toBe(4);
});

test('the line of a denial, its counter, its trace, and details when they are asked for', () => {
  const { ask, lines, slots, set, showDetail } = startRules(auth, [list([white({ name: 'w' })])]);
  const request = bolt({ system: { 'source.app.name': 'batch', 'source.ip': '10.0.0.9' } });
  expect(ask(request).decision.rejection).toMatchObject({ word: 'auth', ruleDbId: 1 });
  expect(lines).toEqual(
    inBoth('[INFO] [rbac] request has ben reject rule=1 list=WHITELIST source=batch ip=10.0.0.9 identity=asserted'),
  );
  const { counters, row } = slots[0] as (typeof slots)[number];
  expect(counters[row + RuleCounter.REJECT]).toBe(1);
  expect(set.explain(RuleDirection.SERVER, request)).toMatchObject([
    { type: 'AUTH', name: 'w', verdict: 'reject', detail: 'no rule of the whitelist matches', matched: false },
  ]);
  showDetail();
  lines.length = 0;
  ask(bolt({ headers: { w: '1', secret: 's', sofaTraceId: 't1' } }));
  expect(lines).toEqual([
    ...[
      `[DEBUG] [,t1] [rbac] got svc from variable, svc=${ECHO}`,
      '[DEBUG] [,t1] [rbac] svcType=DEFAULT',
      `[DEBUG] [,t1] [rbac] got current service name, svc=${ECHO}`,
      '[DEBUG] [,t1] [rbac] request header=map[w:1]',
    ].flatMap(inBoth),
    'rbac.log [DEBUG] [,t1] [rbac] rule=1 HEADER w EQUAL [1] actual=1 matched=true',
  ]);
  lines.length = 0;
  ask(bolt({ service: 'com.example.Ecco:1.0' }));
  expect(lines).toContain(
    `rbac.log [DEBUG] [rbac] no list is for svc=com.example.Ecco:1.0@DEFAULT, lists are for [${ECHO}]`,
  );
});

test('agrees with the procedure in words', () => {
  const rule = fc.record({
    type: fc.constantFrom('WHITELIST', 'BLACKLIST'),
    mode: fc.constantFrom('CONTROL', 'OBSERVE'),
    // '' asks for nothing; few rules do, so that there are values to find the others by.
    user: fc.constantFrom('a', 'b', 'c', 'e', 'f', 'g', ''),
    enabled: fc.boolean(),
    all: fc.boolean(),
  });
  const switches = fc.record({ white: fc.boolean(), black: fc.boolean() });
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 60, size: 'max' }), switches, switches, (rules, own, every) => {
      const wire = rules.map(({ type, mode, user, enabled }, index) => ({
        ruleDbId: index + 1,
        type,
        mode,
        enabled,
        conditions: user === '' ? [] : [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [user] }],
      }));
      const entry = (service: string, all: boolean, { white: w, black: b }: { white: boolean; black: boolean }) =>
        list(
          wire.filter((_, index) => rules[index]?.all === all),
          { service, whiteListEnabled: w, blackListEnabled: b },
        );
      const { ask } = startRules(auth, [entry(ECHO, false, own), entry('*', true, every)]);
      for (const user of ['a', 'b', 'c', 'd']) {
        // Rules of the service come before those of all services.
        const acting = rules
          .map((item, index) => ({ ...item, ruleDbId: index + 1 }))
          .filter((item) => item.enabled && (item.all ? every : own)[item.type === 'WHITELIST' ? 'white' : 'black'])
          .sort((x, y) => Number(x.all) - Number(y.all));
        const isFor = (item: { readonly user: string }): boolean => item.user === '' || item.user === user;
        const whites = acting.filter(({ type }) => type === 'WHITELIST');
        const blackHit = acting.find((item) => item.type === 'BLACKLIST' && item.mode === 'CONTROL' && isFor(item));
        const enforcing = whites.filter(({ mode }) => mode === 'CONTROL').map(({ ruleDbId }) => ruleDbId);
        const by = blackHit?.ruleDbId ?? (whites.some(isFor) ? 0 : Math.min(...enforcing, Number.POSITIVE_INFINITY));
        const denied = by > 0 && Number.isFinite(by);
        const answer = ask(bolt({ headers: { user } }));
        expect(answer.verdict).toBe(denied ? REJECT : PASS);
        expect(answer.ruleDbId).toBe(denied ? by : 0);
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
test.each(exampleFiles(folder))('example %s does what it says', (file) => {
  playExample(new URL(file, folder), auth, checkAuthBody, toAuthDocument);
});

test('what is under way is judged as what comes: by the same lists, with a line and a count of its own', () => {
  const requests = [{}, { w: '1' }, { b: '1' }, { w: '1', b: '1' }];
  const watching = [white({ mode: 'OBSERVE' }), black({ mode: 'OBSERVE' })];
  for (const rules of [[white(), black()], [white()], [black()], watching, []]) {
    const { set, ask } = startRules(auth, [list(rules)]);
    for (const headers of requests) {
      const request = bolt({ headers } as Partial<RequestDescription>);
      const { verdict, decision } = ask(request);
      expect(set.recheck?.(RuleDirection.SERVER, request) ?? null).toEqual(
        verdict === REJECT ? decision.rejection : null,
      );
      expect(set.recheck?.(RuleDirection.CLIENT, request)).toBeNull();
    }
  }
  const { set, lines, slots } = startRules(auth, [list([black()])]);
  expect(set.recheck?.(RuleDirection.SERVER, bolt({ headers: { b: '1' } }))).toMatchObject({ ruleDbId: 2 });
  expect(lines).toEqual(
    inBoth('[INFO] [rbac] request has ben reject rule=2 list=BLACKLIST source= ip= identity=asserted recheck=true'),
  );
  const { counters, row } = slots[0] as (typeof slots)[number];
  expect(counters[row + RuleCounter.REJECT]).toBe(1);
});
